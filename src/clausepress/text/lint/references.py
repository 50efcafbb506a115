"""Cross-references: whether the clause, annex or document named exists and is the one meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Node, Piece, View
from clausepress.text.numbers import match_number

_REF_ZH = re.compile(r"第\s*(\d+(?:\.\d+)*|[一二三四五六七八九十百]+)\s*([条款章节])")
_REF_ITEM = re.compile(r"第\s*[（(](\d{1,2}|[一二三四五六七八九十]{1,3})[）)]\s*(?:[类项款种]|条)")
_REF_EN = re.compile(
    r"\b(?:clause|section|article|paragraph|see)s?\s+(\d{1,2}(?:\.\d{1,2})*)(?![\d.(]*\d|[(%])",
    re.IGNORECASE,
)
_FOREIGN_ZH = re.compile(
    r"(?:》|法|法典|条例|规定|办法|解释|决定|标准|规范|规则|政策|协议|须知|声明|条款|合同|公约|通"
    r"知|指南)"
    r"[（()）\d年修订正 ]{0,12}(?:中|的|之)?(?:第\s*[\d.一二三四五六七八九十百]+\s*[编章节条款]"
    r"[、和及与或]?)*$"
)
_OWN_ZH = re.compile(rf"本[{HAN}]{{1,8}}(?:中|的|之)?$|本《[^》]+》$")
_FOREIGN_EN = re.compile(
    r"(?:\b(?:Code|Act|Law|Regulations?|Directive|Constitution|GDPR|CCPA|CPRA|PIPL|Rules?|Statutes?"
    r"|Treaty|Convention|Addendum|Schedule|Annex|Exhibit|DPA|U\.S\.C\.|C\.F\.R\.)[,\s]*(?:\w+\s+"
    r")?)$"
)
_FOREIGN_AFTER = re.compile(
    r"[\s,]*(?:\([^)]*\)[\s,]*)*(?:of|in|under|to)\s+(?!(?:this|these)\b)"
    r"|[\s,()a-z\d]*(?:GDPR|CCPA|CPRA|PIPL|UK|EU)\b"
)
_ARTICLE = re.compile(
    r"第\s*(\d+(?:\.\d+)*|[一二三四五六七八九十百]+)\s*条(?:第[一二三四五六七八九十\d]+款)?$"
)
_HAN_DIGITS = "一二三四五六七八九十百"


def _targets(view: View) -> dict[tuple[int, ...], Node]:
    """Clauses that a reference by number can mean: decimals, articles and chapters."""
    found: dict[tuple[int, ...], Node] = {}
    for node in view.nodes:
        number = node.number
        if not number:
            continue
        if number.scheme in {"decimal", "di"} or node.parent is None or node.clause.heading:
            found.setdefault(number.values, node)
    return found


def _value(text: str) -> tuple[int, ...]:
    if text[0] in _HAN_DIGITS:
        number = match_number(f"{text}、")
        return number.values if number else ()
    return tuple(int(part) for part in text.split("."))


def _references(view: View) -> Iterator[tuple[Piece, re.Match[str], tuple[int, ...]]]:
    """Yield every reference by number to a clause of this text."""
    pattern = _REF_ZH if view.is_zh else _REF_EN
    for piece in view.running():
        if piece.kind == "heading":
            continue
        for found in pattern.finditer(piece.text):
            before = piece.text[max(0, found.start() - 40) : found.start()]
            after = piece.text[found.end() : found.end() + 40]
            if view.is_zh:
                if not _OWN_ZH.search(before) and (
                    _FOREIGN_ZH.search(before) or "）" in found.group()
                ):
                    continue
            elif _FOREIGN_EN.search(before) or _FOREIGN_AFTER.match(after):
                continue
            yield piece, found, _value(found.group(1))


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
    """Look up each number that the text refers to."""
    targets = _targets(view)
    deep = sum(len(values) > 1 for values in targets)
    shallow = len(targets) - deep
    for piece, found, values in _references(view):
        # A text without clauses of the kind named cannot tell a wrong reference from a foreign one.
        known = deep if len(values) > 1 else shallow
        if known >= 2 and values and values not in targets:
            yield at_piece(view, piece, found.start(), f"there is no {found.group()} in this text")
    yield from _missing_items(view)


def _missing_items(view: View) -> Iterator[Hit]:
    """Find 第（4）类 where the chapter has no (4)."""
    texts: dict[str, str] = {}
    targets = _targets(view)
    for piece in view.running():
        for found in _REF_ITEM.finditer(piece.text):
            before = piece.text[max(0, found.start() - 30) : found.start()]
            article = _ARTICLE.search(before)
            top = piece.node
            while top and top.parent:
                top = top.parent
            if article:
                top = targets.get(_value(article.group(1)))
            if not top or _FOREIGN_ZH.search(before[: article.start()] if article else before):
                continue
            if top.clause.id not in texts:
                texts[top.clause.id] = "".join(
                    f"{node.printed}{each.text}" for node in top.walk() for each in node.pieces
                )
            wanted = rf"(?<!第)(?<!第 )[（(]{found.group(1)}[）)]"
            if not re.search(wanted, texts[top.clause.id]):
                yield at_piece(
                    view, piece, found.start(), f"the chapter has no item ({found.group(1)})"
                )


_TOPIC_ZH = re.compile(
    r"[条款]\s*(?:所列|所述|所规定|规定的|约定的|列明的|的(?:要求|程序|方式|情形))"
)
_TOPIC_EN = re.compile(
    r"(?:listed|described|set out|specified|provided for|procedure|circumstances)"
    r"[\w ]{0,30}\b(?:in|of|under)\s+$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[。；;!?！？]|\.\s")


@rule(
    "reference-topic",
    Severity.WARNING,
    "A reference whose target is not about what the sentence says, while a clause beside it is.",
    fix="check which clause is meant",
    example=Example(
        "zh",
        "一、资金\n\n1.1 出现本协议第 2.1 条所列情形，账户资金被冻结的，您可以申诉。\n\n二、我们"
        "的权利\n\n"
        "2.1 我们有权从余额中扣除服务费。\n\n2.2 出现下列情形时，我们可以冻结账户资金：\n\n"
        "（1）法院要求冻结；\n\n（2）资金异常。",
        "一、资金\n\n1.1 出现本协议第 2.2 条所列情形，账户资金被冻结的，您可以申诉。\n\n二、我们"
        "的权利\n\n"
        "2.1 我们有权从余额中扣除服务费。\n\n2.2 出现下列情形时，我们可以冻结账户资金：\n\n"
        "（1）法院要求冻结；\n\n（2）资金异常。",
    ),
)
def reference_topic(view: View) -> Iterator[Hit]:
    """Compare the words around a reference with its target and with the clauses beside it.

    Told only where the sentence describes the target ("第 5.3 条所列情形", "the procedure in
    clause 3.8"), the target shares none of the telling words, and one neighbour shares several.
    """
    targets = _targets(view)
    for piece, found, values in _references(view):
        target = targets.get(values)
        if not target or target is piece.node or not _describes(view, piece, found):
            continue
        family = target.parent.children if target.parent else view.top
        near = family[max(0, target.place - 4) : target.place + 5]
        texts = {node.index: node.subtree_text() for node in near}
        words = _telling(view, _said(piece.text, found), texts)
        own = _ancestors(piece.node)
        scores = {
            node.index: sum(word in texts[node.index] for word in words)
            for node in near
            if node not in own
        }
        if target.index not in scores:
            continue
        best = max(near, key=lambda node: scores.get(node.index, 0))
        shared = scores[target.index]
        if scores.get(best.index, 0) >= max(4 * shared, 2 if view.is_zh else 3):
            yield at_piece(
                view,
                piece,
                found.start(),
                f"{target.printed} ({target.title[:20]}) does not speak of this;"
                f" {best.printed} ({best.title[:20]}) does",
                fix=f"refer to {best.printed}, if that clause is meant",
            )


def _describes(view: View, piece: Piece, found: re.Match[str]) -> bool:
    if view.is_zh:
        return bool(_TOPIC_ZH.match(piece.text, found.end() - 1))
    return bool(_TOPIC_EN.search(piece.text[: found.start()]))


def _said(text: str, found: re.Match[str]) -> str:
    """The words after a reference up to the end of the sentence."""
    end = _STOP.search(text, found.end())
    return text[found.end() : end.start() if end else len(text)]


def _telling(view: View, said: str, texts: dict[int, str]) -> set[str]:
    """Words of a sentence that few of the clauses in question share."""
    if view.is_zh:
        chunks = re.findall(rf"[{HAN}]+", said)
        words = {chunk[i : i + 2] for chunk in chunks for i in range(len(chunk) - 1)}
    else:
        words = {word[:6] for word in re.findall(r"[a-z]{5,}", said.casefold())}
        texts = {index: text.casefold() for index, text in texts.items()}
    shared = Counter(word for text in texts.values() for word in words if word in text)
    return {word for word in words if 0 < shared[word] <= max(1, len(texts) // 3)}


def _ancestors(node: Node | None) -> set[Node]:
    found: set[Node] = set()
    while node:
        found.add(node)
        node = node.parent
    return found


_ANNEX = re.compile(
    r"本(?:协议|合同|条款|政策|须知|服务条款|服务协议)(?:正文)?(?:及|和|与|之|的|或)?(?:其)?(附件"
    r"|附录|附表)"
    r"|\b(?:Annex|Appendix|Schedule|Exhibit|Attachment) [A-Z0-9]{1,3}\b (?:to|of) (?:this|these)\b"
)
_ANNEX_TITLE = re.compile(
    r"(?:附件|附录|附表)\s*[一二三四五六七八九十\d]*\s*(?:[：:《]|$)|^(?:annex|appendix|schedule|"
    r"exhibit|attachment)\b",
    re.IGNORECASE,
)


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
    titles = [piece.text for piece in view.running() if len(piece.text) <= 60]
    if any(_ANNEX_TITLE.match(text) for text in titles):
        return
    for piece in view.running():
        if found := _ANNEX.search(piece.text):
            yield at_piece(view, piece, found.start(), "this text has no annex")


_SWAPS = (("账户", "账号", "帐户", "帐号"), ("隐私政策", "隐私权政策"), ("登录", "登陆"))
_TITLE_ZH = re.compile(r"《([^《》]{4,40})》")
_ANNEX_EN = re.compile(r"(?:Attachment|Annex|Appendix|Schedule)[^:]{0,6}:\s*([A-Z][\w ]{15,80})$")


@rule(
    "title-variant",
    Severity.WARNING,
    "A document named in two ways that differ in one word.",
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
    """Search for each title with one of its words swapped."""
    variants = _variants_zh(view) if view.is_zh else _variants_en(view)
    for title, pattern in variants:
        for piece in view.running():
            for found in pattern.finditer(piece.text):
                if found.group() != title:
                    yield at_piece(view, piece, found.start(), f"elsewhere this is “{title}”")


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
