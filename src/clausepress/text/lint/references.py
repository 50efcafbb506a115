"""Citations: whether the clause, item or annex named exists; documents named in two ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clausepress.text.lint.citation import Citation
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.places import Places, top_of
from clausepress.text.lint.view import View


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


def _missing(places: Places, cited: Citation) -> str:
    """What of a citation is missing; an annex of a text without any is another rule's."""
    if cited.kind == "annex":
        missing = bool(places.annexes) and places.lacks_annex(cited)
        return f"there is no {cited.name} in this text" if missing else ""
    if places.lacks(cited):
        return f"there is no {cited.name} in this text"
    here = cited.piece.node if cited.kind == "item" else None
    target = top_of(here) if here else places.find(cited)
    for label in cited.items if target else ():
        if target and not places.items.has(target, label):
            of = "this chapter" if here else cited.name
            unit = "paragraph" if label.endswith("款") else "item"
            return f"{of} has no {unit} ({label.removesuffix('款')})"
    return ""


_OWN_ANNEX = re.compile(
    r"本(?:协议|合同|条款|政策|须知|服务条款|服务协议)(?:正文)?(?:及|和|与|之|的|或)?(?:其)?(附件"
    r"|附录|附表)"
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
    places = Places(view)
    if places.annexes:
        return
    for cited in places.citations:
        if cited.kind == "annex":
            yield at_piece(
                view, cited.piece, cited.start, f"there is no {cited.name}: this text has no annex"
            )
    named = {(cited.piece.index, cited.start) for cited in places.citations}
    for piece in view.running():
        found = _OWN_ANNEX.search(piece.text)
        if found and (piece.index, found.start(1)) not in named:
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
