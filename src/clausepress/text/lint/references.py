"""Citations: whether the clause, item or annex named exists; documents named in two ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.citation import Citation
from clausepress.text.lint.citing_titles import find_named, has_title, titles_of
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.places import Places, article_of
from clausepress.text.lint.view import HAN, View


@rule(
    "reference-missing",
    Severity.ERROR,
    "A reference to a clause of this text that does not exist.",
    fix="name the clause that is meant",
    example=Example(
        "zh",
        "一、费用\n\n1.1 您须按时付款。\n\n1.2 逾期的，按照本协议第 3.8 条处理。\n\n二、终止\n\n"
        "2.1 您可以随时终止。",
        "一、费用\n\n1.1 您须按时付款。\n\n1.2 逾期的，按照本协议第 2.1 条处理。\n\n二、终止\n\n"
        "2.1 您可以随时终止。",
    ),
)
def reference_missing(view: View) -> Iterator[Hit]:
    """Look up each clause, item and annex that the text cites as its own."""
    places = Places(view)
    for cited in places.citations:
        message = _missing(places, cited)
        if message:
            yield at_piece(view, cited.piece, cited.start, message)
    titles: list[str] = []
    for named in find_named(view):
        titles = titles or titles_of(view)
        if not has_title(titles, named.title):
            message = f"no part of this text is called “{named.title}”"
            yield at_piece(view, named.piece, named.start, message)


def _missing(places: Places, cited: Citation) -> str:
    """What of a citation is missing; an annex of a text without any is another rule's."""
    if cited.kind == "annex":
        missing = bool(places.annexes) and places.lacks_annex(cited)
        return f"there is no {cited.name} in this text" if missing else ""
    if places.lacks(cited):
        return f"there is no {cited.name} in this text"
    here = cited.piece.node if cited.kind == "item" else None
    target = article_of(here) if here else places.find(cited)
    label = places.items.missing(target, cited.items) if target else ""
    if not label:
        return ""
    of = "this chapter" if here else cited.name
    unit = "paragraph" if label.endswith("款") else "item"
    outer = "".join(f"（{each}）" for each in cited.items[: cited.items.index(label)])
    return f"{of}{outer} has no {unit} ({label.removesuffix('款')})"


_ANNEX = "(附件|附录|附表)"
# Places that speak of an annex of this very text without a label.
_OWN_ANNEX_ZH = re.compile(
    rf"本(?:协议|合同|条款|政策|须知|规则|服务条款|服务协议)(?:正文)?(?:及|和|与|之|的|或)?(?:其)?{_ANNEX}"
    rf"|(?:见|参[见阅照]|[列载附]于|按照?|依照)(?:本[{HAN}]{{2,6}})?(?:后附)?(?:的|之)?{_ANNEX}"
    r"(?!\s*[\d一二三四五六七八九十A-Z])(?![的中]?(?:形式|下载|文件|格式|上传))"
    rf"|(?:^|[，。；]){_ANNEX}(?:《[^》]+》)?(?:均|也|亦)?(?:是|为|系|构成|作为)本[{HAN}]{{2,6}}"
)
_OWN_ANNEX_EN = re.compile(
    r"\b(?:in|to|see|under|by|with|from)\s+(?:the|our|its|an)\s+(?:attached |enclosed )?"
    r"(Annex|Appendix|Schedule|Exhibit|Attachment)(?:es)?\b"
    r"(?!\s+(?:of|to (?!this)|\d|[A-Z]\b|[IVX]+\b))"
    r"|\b(?:[Ss]ee )?the attached (Annex|Appendix|Schedule|Exhibit)\b"
    r"|\b(?:annex|appendix|schedule|exhibit)(?:es|s)? (?:hereto|attached to (?:this|these))\b",
)
_DEFINED_EN = re.compile(r"[“\"](?:Annex|Appendix|Schedule|Exhibit|Attachment)s?[”\"]")


@rule(
    "annex-missing",
    Severity.WARNING,
    "A reference to annexes of a text that has none.",
    fix="add the annex, or remove the reference",
    example=Example(
        "zh",
        "一、服务\n\n1.1 服务的范围，见本协议及附件。",
        "一、服务\n\n1.1 服务的范围，见本协议及附件。\n\n附件：服务清单\n\n云主机和云存储。",
    ),
)
def annex_missing(view: View) -> Iterator[Hit]:
    """Look for an annex where the text speaks of its own."""
    places = Places(view)
    if places.annexes:
        return
    labelled = [cited for cited in places.citations if cited.kind == "annex"]
    for cited in labelled:
        message = f"there is no {cited.name}: this text has no annex"
        yield at_piece(view, cited.piece, cited.start, message)
    defined = not view.is_zh and any(_DEFINED_EN.search(each.text) for each in view.running())
    pattern = _OWN_ANNEX_ZH if view.is_zh else _OWN_ANNEX_EN
    for piece in view.running() if not labelled and not defined else ():
        if found := pattern.search(piece.text):
            yield at_piece(view, piece, found.start(), "this text has no annex")
            return


_SWAPS = (
    ("账户", "账号", "帐户", "帐号"),
    ("隐私政策", "隐私权政策"),
    ("登录", "登陆"),
    ("协议", "协定"),
    ("须知", "需知"),
)
_TITLE_ZH = re.compile(r"《([^《》]{4,40})》")
_ANNEX_EN = re.compile(r"(?:Attachment|Annex|Appendix|Schedule)[^:]{0,6}:\s*([A-Z][\w ]{15,80})$")


@rule(
    "title-variant",
    Severity.WARNING,
    "A document named in two ways that differ in one word, or an annex by another title.",
    fix="use the document's title",
    example=Example(
        "zh",
        "一、注销\n\n1.1 详见《示例云账户注销须知》。\n\n附件：《示例云账户注销须知》\n\n示例云账"
        "号注销须知内容如下。",
        "一、注销\n\n1.1 详见《示例云账户注销须知》。\n\n附件：《示例云账户注销须知》\n\n示例云账"
        "户注销须知内容如下。",
    ),
)
def title_variant(view: View) -> Iterator[Hit]:
    """Search for each title with one of its words swapped, and for an annex under another title."""
    yield from _annex_variants(view)
    variants = _variants_zh(view) if view.is_zh else _variants_en(view)
    for title, pattern in variants:
        for piece in view.running():
            for found in pattern.finditer(piece.text):
                if found.group() != title:
                    yield at_piece(view, piece, found.start(), f"elsewhere this is “{title}”")


_ANNEX_NAMED = re.compile(
    r"(?:附件|附录|附表)\s*(?P<label>[\d一二三四五六七八九十A-Z]*)\s*《(?P<title>[^《》]{2,40})》"
)


def _annex_variants(view: View) -> Iterator[Hit]:
    """Find 附件《设备清单》 where the annex is called 设备明细."""
    named = [
        (piece, found) for piece in view.running() for found in _ANNEX_NAMED.finditer(piece.text)
    ]
    if not named:
        return
    places, titles = Places(view), titles_of(view)
    for piece, found in named:
        meant = places.annex_titles(found["label"])
        if meant and all(meant) and found.start() and not has_title(titles, found["title"]):
            said = f"the annex is called “{'”, “'.join(meant)}”"
            yield at_piece(view, piece, found.start(), said)


def _variants_zh(view: View) -> Iterator[tuple[str, re.Pattern[str]]]:
    counts = Counter(
        found.group(1) for piece in view.running() for found in _TITLE_ZH.finditer(piece.text)
    )
    done: set[str] = set()
    for title, _ in counts.most_common():
        pattern = re.escape(title)
        for swap in _SWAPS:
            for word in swap:
                if word in title:
                    pattern = pattern.replace(word, f"(?:{'|'.join(swap)})")
                    break
        if pattern != re.escape(title) and pattern not in done:
            done.add(pattern)
            yield title, re.compile(pattern)


def _variants_en(view: View) -> Iterator[tuple[str, re.Pattern[str]]]:
    for piece in view.running():
        if found := _ANNEX_EN.match(piece.text):
            words = [word for word in found.group(1).split() if word not in {"the", "a", "an"}]
            pattern = r"\s(?:the |a |an )?".join(
                re.escape(word.rstrip("s")) + "s?" for word in words
            )
            yield found.group(1), re.compile(rf"\b{pattern}\b")
