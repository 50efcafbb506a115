"""Names: defined terms, companies and the reader, each to be called one thing throughout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from clausepress.text.lint.likeness import one_edit
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.variants import slips_en, slips_zh
from clausepress.text.lint.view import HAN, Piece, View

_QUOTED = re.compile(r"[“\"「《（(][^”\"」》）)]*[”\"」》）)]")
_YOU = re.compile(r"您|你")


@rule(
    "reader-mixed",
    Severity.NOTE,
    "The reader is 您 in most of the text and 你 in some places, or the reverse.",
    fix="address the reader one way throughout",
    example=Example(
        "zh",
        "一、注册\n\n1.1 您可以注册账户，您应当提供真实信息。\n\n1.2 您不得转让账户，您对账户负责"
        "。\n\n1.3 你"
        "可以注销账户。",
        "一、注册\n\n1.1 您可以注册账户，您应当提供真实信息。\n\n1.2 您不得转让账户，您对账户负责"
        "。\n\n1.3 您"
        "可以注销账户。",
    ),
)
def reader_mixed(view: View) -> Iterator[Hit]:
    """Count both; the one at most a quarter as frequent is told, once for each piece."""
    if not view.is_zh:
        return
    found: dict[str, list[tuple[Piece, int]]] = {"您": [], "你": []}
    for piece in view.pieces:
        bare = _QUOTED.sub(lambda said: " " * len(said.group()), piece.text)
        for each in _YOU.finditer(bare):
            found[each.group()].append((piece, each.start()))
    rare, usual = sorted(found, key=lambda word: len(found[word]))
    if not found[rare] or len(found[usual]) < 4 * len(found[rare]):
        return
    told: set[int] = set()
    for piece, at in found[rare]:
        if piece.index not in told:
            told.add(piece.index)
            yield at_piece(
                view, piece, at, f"“{rare}”; elsewhere “{usual}”, {len(found[usual])} times"
            )


_COMPANY = re.compile(rf"[{HAN}（）()]{{2,24}}(?:有限公司|有限责任公司)")
_BEFORE_NAME = re.compile(r"^.*(?:[由是系指即与]|以及|包括|或者?|如|简称为?|称为)(?=.{6})")
_ORDINAL = set("一二三四五六七八九十东西南北中上下")
_COMPANY_EN = re.compile(
    r"\b((?:[A-Z][\w&-]+,? ){1,5}?)(?=(?:Co\.,? )?"
    r"(?:Ltd|Limited|Inc|LLC|GmbH|Corp|PLC|plc|INC|LTD|CORP)\b)"
)


def _small(name: str) -> str:
    """A name without the capitals of a notice: HARBOUR LINE is Harbour Line."""
    return name.title() if name.isupper() and len(name) > 4 else name


def _companies(view: View) -> Iterator[tuple[str, Piece, int]]:
    """Yield every company name in full, brackets and spaces of one form."""
    for piece in view.pieces:
        if not view.is_zh:
            for found in _COMPANY_EN.finditer(piece.text):
                yield _small(found.group(1).strip(" ,")), piece, found.start()
            continue
        for found in _COMPANY.finditer(piece.text):
            whole = found.group()
            # a bracket that closes before the name opens it: “（以下称）示例有限公司”
            name = whole.translate(str.maketrans("()", "（）"))
            lead = _BEFORE_NAME.match(name)
            name = name[lead.end() :] if lead else name
            if name.count("（") == name.count("）"):
                yield name, piece, found.end() - len(name)


@rule(
    "company-variant",
    Severity.WARNING,
    "A company name spelt in two ways.",
    fix="use the name of the business licence",
    example=Example(
        "zh",
        "一、主体\n\n1.1 服务由样本云计算有限公司提供。\n\n二、责任\n\n2.1 样本云计箅有限公司按照"
        "法律承担责任。",
        "一、主体\n\n1.1 服务由样本云计算有限公司提供。\n\n二、责任\n\n2.1 样本云计算有限公司按照"
        "法律承担责任。",
    ),
)
def company_variant(view: View) -> Iterator[Hit]:
    """Compare full names with each other: one character apart is a slip, an ordinal is not."""
    names = list(_companies(view))
    counts = Counter(name for name, _, _ in names)
    if len(counts) > _MANY:
        return
    for pair in combinations(counts, 2):
        rare, usual = sorted(pair, key=lambda name: counts[name])
        if counts[rare] == counts[usual]:
            usual, rare = pair  # the one that stands first is taken for the right one
        if not _same_company(rare, usual):
            continue
        for name, piece, at in names:
            if name == rare:
                yield at_piece(view, piece, at, f"“{rare}”; elsewhere “{usual}”")


_MANY = 80


def _same_company(one: str, other: str) -> bool:
    stem = [re.sub(r"有限责任公司$", "有限公司", name) for name in (one, other)]
    if stem[0] == stem[1]:
        return True
    if stem[0].endswith(stem[1]) or stem[1].endswith(stem[0]) or min(map(len, stem)) < 8:
        return False
    if not one_edit(*stem):
        return False
    differing = {a + b for a, b in zip(*stem, strict=False) if a != b}
    return not any(set(pair) <= _ORDINAL or pair.isdigit() for pair in differing)


_SHORT_ZH = re.compile(
    rf"([{HAN}A-Za-z0-9（）()《》]{{2,40}}?)[（(](?:以下|下文|下)?(?:统|合|简)?称?(?:为)?[“\"「]"
    r"([^”\"」]{1,16})[”\"」][）)]"
)
_MEANS_ZH = re.compile(
    rf"(?:^|[。；])\s*(?:本[{HAN}]{{2,6}}所称的?)?[“\"「]?([{HAN}A-Za-z]{{2,12}})[”\"」]?\s*"
    rf"[，：:]?\s*"
    r"(?:是?指|系指)(?!的是|定|引|示|导|令|派|数|纹|控|责|出|明)([^。；]{4,})"
)
_MEANS_EN = re.compile(
    r"[“\"]([A-Z][^”\"]{1,30})[”\"]\s+(?:means|shall mean|refers to)\s+([^.;]{10,})"
)
_SHORT_EN = re.compile(
    r"((?:[A-Z][\w.&,-]* ){1,5}[A-Z][\w.&,-]*)\s*\((?:the |hereinafter |collectively )*"
    r"[“\"]([A-Z][^”\"]{1,30})[”\"]\)"
)


_QUOTE = re.compile(r"[“\"「]")


def _definitions(view: View) -> Iterator[tuple[str, str, str, Piece, int]]:
    """Yield each definition: its kind, the term, what it stands for, the place of the term."""
    short, means = (_SHORT_ZH, _MEANS_ZH) if view.is_zh else (_SHORT_EN, _MEANS_EN)
    for piece in view.running():
        # the scan below is slow, and a name is defined in quotes
        for found in short.finditer(piece.text) if _QUOTE.search(piece.text) else ():
            yield "name", found.group(2), found.group(1).strip(" ,"), piece, found.start(2)
        for found in means.finditer(piece.text):
            yield "meaning", found.group(1), found.group(2), piece, found.start(1)


@rule(
    "term-twice",
    Severity.WARNING,
    "A term defined twice with two meanings, or a name with two short forms.",
    fix="keep one definition",
    example=Example(
        "zh",
        "一、定义\n\n1.1 工作日：指除周六、周日和法定节假日以外的日子。\n\n二、结算\n\n2.1 工作日"
        "：指银行对外办"
        "理业务的每一天。",
        "一、定义\n\n1.1 工作日：指除周六、周日和法定节假日以外的日子。\n\n二、结算\n\n2.1 每个工"
        "作日结算一次。",
    ),
)
def term_twice(view: View) -> Iterator[Hit]:
    """Compare the definitions of each term with each other."""
    seen: dict[tuple[str, str], str] = {}
    for kind, term, meaning, piece, at in _definitions(view):
        before = seen.setdefault((kind, term), meaning)
        if before != meaning and not _same_meaning(kind, before, meaning):
            yield at_piece(
                view, piece, at, f"“{term}” stands for “{meaning[:24]}”, before for “{before[:24]}”"
            )


def _same_meaning(kind: str, one: str, other: str) -> bool:
    """Whether two definitions agree: names by their ends, meanings by their letters."""
    one, other = (re.sub(r"[\W_]+", "", each).casefold() for each in (one, other))
    if kind == "name":
        return one.endswith(other[-6:]) or other.endswith(one[-6:])
    return one == other or one.startswith(other) or other.startswith(one)


@rule(
    "term-spelling",
    Severity.WARNING,
    "A defined term with one character replaced, or an English one with a letter or hyphen off.",
    fix="use the term as defined",
    example=Example(
        "zh",
        "一、主体\n\n1.1 样本公司运营青禾商城（以下简称“青禾商城”）。\n\n1.2 青禾商城展示商品。\n"
        "\n1.3 青禾商城收"
        "取费用。\n\n1.4 青木商城可以修改规则。",
        "一、主体\n\n1.1 样本公司运营青禾商城（以下简称“青禾商城”）。\n\n1.2 青禾商城展示商品。\n"
        "\n1.3 青禾商城收"
        "取费用。\n\n1.4 青禾商城可以修改规则。",
    ),
)
def term_spelling(view: View) -> Iterator[Hit]:
    """Search for forms that nearly are a defined name; the title's own words are none."""
    text = "\n".join(piece.text for piece in view.pieces)
    title = view.source.edition.title
    for form, term in (_slips_zh(view, text) if view.is_zh else _slips_en(view, text)).items():
        # the product of the title may be named beside the company, but it is no party
        after = _ACTS if form in title else "" if view.is_zh else r"\b(?!,? [A-Z])"
        pattern = re.compile(re.escape(form) + after)
        for piece in view.running():
            for found in pattern.finditer(piece.text):
                yield at_piece(view, piece, found.start(), f"“{form}”; defined is “{term}”")


_ACTS = "(?=应当|有权|不承担|承担|不得|与您)"


def _slips_zh(view: View, text: str) -> dict[str, str]:
    known = "".join(_QUOTED.findall(text))
    slips: dict[str, str] = {}
    for kind, term, meaning, _, _ in _definitions(view):
        if kind == "name" and re.fullmatch(rf"[{HAN}]{{3,8}}", term):
            company = meaning.endswith(("公司", "集团"))
            forms = slips_zh(term, text, company=company)
            slips |= {form: term for form in forms if form not in known}
    return slips


_NAMED_EN = re.compile(r"\([^()“”\"]{0,40}[“\"]([A-Z][\w&' -]{3,30})[”\"][^()]{0,20}\)")


# “Seller,” “you,” and “your” mean …
_SAME_EN = re.compile(
    r"[“\"]([A-Z][\w&' -]{3,30}),?[”\"](?=(?:,? (?:and |or )?[“\"][^”\"]{1,30}[”\"]){1,4} mean\b)"
)


def _slips_en(view: View, text: str) -> dict[str, str]:
    terms = {found.group(1) for found in _MEANS_EN.finditer(text)}
    terms |= {found.group(1) for found in _NAMED_EN.finditer(text)}
    terms |= {found.group(1) for found in _SAME_EN.finditer(text)}
    terms = {_small(term) for term in terms}
    known = view.source.edition.title
    slips = slips_en(terms, text) if len(terms) <= _MANY else {}
    return {form: term for form, term in slips.items() if form not in known}
