"""Ends of lists: the last item, and one item that ends unlike the others."""

from __future__ import annotations

from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import Node, View


@rule(
    "list-end",
    Severity.NOTE,
    "The last item of a list ends in a semicolon or comma, as if another followed.",
    fix="end the list with a full stop, or restore the item that is missing",
    example=Example(
        "zh",
        "一、义务\n\n您不得：\n\n（1）干扰网站；\n\n（2）教唆他人违法；\n\n（3）侵犯他人权利；"
        "\n\n二、责任\n\n您应负责。",
        "一、义务\n\n您不得：\n\n（1）干扰网站；\n\n（2）教唆他人违法；\n\n（3）侵犯他人权利。"
        "\n\n二、责任\n\n您应负责。",
    ),
)
def list_end(view: View) -> Iterator[Hit]:
    """Look at the last piece of each list: of three or more, or of two behind a colon."""
    for items in _item_lists(view):
        last = items[-1]
        lead = items[0].parent.pieces if items[0].parent else []
        if len(items) < 3 and not (lead and lead[-1].text.rstrip()[-1:] in "：:"):
            continue
        text = last.pieces[-1].text.rstrip()
        if text[-1:] in "；;，," and not last.children and len(last.pieces) == 1:
            following = view.next_piece(last.pieces[-1])
            if following is None or following.opens:
                yield at_piece(view, last.pieces[-1], -1, f"the list ends with “{text[-1]}”")


def _item_lists(view: View) -> Iterator[list[Node]]:
    """Yield runs of two or more numbered items of one scheme, without headings."""
    for node in view.nodes:
        run: list[Node] = []
        for child in [*node.children, None]:
            last = run[-1].number if run else None
            number = child.number if child else None
            begins = number is not None and number.values[-1] == 1
            if not last or not number or last.scheme != number.scheme or begins:
                if len(run) >= 2:
                    yield run
                run = []
            if child and child.number and child.pieces and not child.clause.heading:
                run.append(child)


@rule(
    "list-punctuation",
    Severity.NOTE,
    "One item of a list ends in a semicolon while all others are sentences of their own.",
    fix="end the item as its neighbours end",
    example=Example(
        "zh",
        "一、注销\n\n1.1 账户一经注销不可恢复。\n\n1.2 请您先解除绑定；\n\n1.3 我们可以终止注销。"
        "\n\n1.4 责任不因注销而免除。",
        "一、注销\n\n1.1 账户一经注销不可恢复。\n\n1.2 请您先解除绑定。\n\n1.3 我们可以终止注销。"
        "\n\n1.4 责任不因注销而免除。",
    ),
)
def list_punctuation(view: View) -> Iterator[Hit]:
    """Compare the end of each item with the others' ends."""
    for items in _item_lists(view):
        plain = [node for node in items if not node.children]
        odd = [node for node in plain if node.pieces[0].text.rstrip()[-1:] in "；;"]
        stops = [node for node in plain if node.pieces[0].text.rstrip()[-1:] in "。."]
        if len(odd) == 1 and len(stops) >= 3 and odd[0] is not items[-1]:
            yield at_piece(view, odd[0].pieces[0], -1, "a semicolon among full stops")
