"""The paragraphs and tables of a Word document as it shows them (ECMA-376 part 1, 17)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from clausepress.text.importing.word_numbers import W, read_numbering
from clausepress.text.importing.word_package import WordPackage
from clausepress.text.model import Run, plain
from clausepress.text.numbers import gap

_COMPAT = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_OFF = ("0", "false", "off", "none")
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)

# What holds runs or paragraphs and adds nothing of its own.
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in ("smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo")
)
_INSERTED = frozenset((f"{W}ins", f"{W}moveTo"))
_DELETED = frozenset((f"{W}del", f"{W}moveFrom"))


@dataclass(slots=True)
class WordParagraph:
    """A paragraph as shown.

    Attributes:
        runs: Its text, the number Word prints before it left out.
        number: The number Word prints, empty when there is none.
        level: Heading level 1-9, 0 for running text.
        bullet: Whether it has a bullet.
    """

    runs: list[Run] = field(default_factory=list)
    number: str = ""
    level: int = 0
    bullet: bool = False

    @property
    def shown(self) -> list[Run]:
        """The runs with the printed number before them."""
        if not self.number:
            return self.runs
        space = gap(self.number, plain(tuple(self.runs)))
        return [Run(self.number + space), *self.runs]


@dataclass(slots=True)
class WordTable:
    """A table; every row has the same number of cells."""

    rows: list[list[list[Run]]]


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    parent: str
    paragraph: Element | None
    run: Element | None


class WordText:
    """Reads a Word document.

    Attributes:
        blocks: Its paragraphs and tables in order, notes at the end.
        said: How often each thing happened that an editor should know of, by rule.
    """

    def __init__(self, package: WordPackage) -> None:
        self.blocks: list[WordParagraph | WordTable] = []
        self.said: Counter[str] = Counter()
        self._package = package
        self._read_styles(package.first("styles"))
        self._numbers = read_numbering(package.first("numbering"))
        self._notes: list[tuple[str, str]] = []  # kind and id, in order of reference
        self._open: list[Run] = []  # text of a paragraph whose end a tracked change removed
        self._boxes: list[Element] = []
        body = package.document.find(f"{W}body")
        if body is None:
            raise package.damaged("the document has no body")
        self.blocks.extend(self._content(body))
        self.blocks.extend(self._note_paragraphs())
        self.said.update(f"number-format {name}" for name in sorted(self._numbers.unknown))
        self.said.update(f"external {kind}" for kind in sorted(package.external))
        for kind in ("header", "footer", "comments"):
            for part in package.related(kind):
                text = " ".join("".join(each.text or "" for each in part.iter(f"{W}t")).split())
                self.said[f"left-out {kind} {text[:80]}"] += bool(text)

    def _read_styles(self, root: Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default_style = ""
        self._default_run: Element | None = None
        if root is None:
            return
        self._default_run = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        for each in root.findall(f"{W}style"):
            name = each.get(f"{W}styleId", "")
            self._styles[name] = _Style(
                _value(each, "name"),
                _value(each, "basedOn"),
                each.find(f"{W}pPr"),
                each.find(f"{W}rPr"),
            )
            if each.get(f"{W}type") == "paragraph" and each.get(f"{W}default") in ("1", "true"):
                self._default_style = name

    def _chain(self, style: str) -> Iterator[tuple[str, _Style]]:
        """The style and those it is based on, itself first; a loop ends."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield style, self._styles[style]
            style = self._styles[style].parent

    def _content(self, holder: Element) -> Iterator[WordParagraph | WordTable]:
        for child in holder:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
                boxes, self._boxes = self._boxes, []
                for box in boxes:
                    self.said["text-box"] += 1
                    yield from self._content(box)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in _WRAPPERS or child.tag in _INSERTED:
                yield from self._content(child)
            elif child.tag == f"{_COMPAT}AlternateContent":
                yield from self._content(_choice(child))
            elif child.tag in _DELETED:
                self.said["deleted"] += 1

    def _paragraph(self, element: Element) -> Iterator[WordParagraph]:
        properties = element.find(f"{W}pPr")
        style = _value(properties, "pStyle") or self._default_style
        level = self._outline(properties, style)
        pieces = [self._open]
        self._open = []
        for piece in self._runs(element, style, heading=level > 0, href=""):
            if piece.text == "\n":
                pieces.append([])
            else:
                pieces[-1].append(piece)
        mark = properties.find(f"{W}rPr") if properties is not None else None
        if mark is not None and mark.find(f"{W}del") is not None:
            self.said["deleted"] += 1
            self._open = pieces.pop()
            if not pieces:
                return
        filled = [piece for piece in pieces if "".join(run.text for run in piece).strip()]
        if not filled:
            return
        number, bullet = self._number(properties, style)
        yield WordParagraph(filled[0], number, level, bullet)
        for rest in filled[1:]:  # a line break inside a paragraph ends a line of text too
            yield WordParagraph(rest)

    def _outline(self, properties: Element | None, style: str) -> int:
        direct = _value(properties, "outlineLvl")
        if direct.isdigit():
            return int(direct) + 1 if int(direct) < 9 else 0
        for _, each in self._chain(style):
            if (found := _value(each.paragraph, "outlineLvl")).isdigit():
                return int(found) + 1 if int(found) < 9 else 0
            if heading := _HEADING.fullmatch(each.name.strip()):
                return int(heading.group(1))
        return 0

    def _number(self, properties: Element | None, style: str) -> tuple[str, bool]:
        """Count the paragraph in its list; return what Word prints before it."""
        direct = properties.find(f"{W}numPr") if properties is not None else None
        list_id, level = _value(direct, "numId"), _value(direct, "ilvl")
        for name, each in self._chain(style):
            inherited = each.paragraph.find(f"{W}numPr") if each.paragraph is not None else None
            if inherited is None:
                continue
            if not list_id:
                list_id = _value(inherited, "numId")
                level = level or _value(inherited, "ilvl")
                if list_id and not level:
                    level = str(self._numbers.level_of_style(list_id, name))
            if list_id:
                break
        if not list_id or list_id == "0":
            return "", False
        return self._numbers.next(list_id, int(level) if level.isdigit() else 0)

    def _runs(self, holder: Element, style: str, *, heading: bool, href: str) -> Iterator[Run]:
        for child in holder:
            if child.tag == f"{W}r":
                yield from self._run(child, style, heading=heading, href=href)
            elif child.tag == f"{W}hyperlink":
                relation = child.get(_RELATION, "")
                target = self._package.links.get(relation, "")
                if relation in self._package.refused:
                    self.said[f"refused-link {self._package.refused[relation][:80]}"] += 1
                yield from self._runs(child, style, heading=heading, href=target)
            elif child.tag in _DELETED:
                self.said["deleted"] += 1
            elif child.tag in _INSERTED or child.tag in _WRAPPERS:
                self.said["inserted"] += child.tag in _INSERTED
                yield from self._runs(child, style, heading=heading, href=href)
            elif child.tag == f"{_COMPAT}AlternateContent":
                yield from self._runs(_choice(child), style, heading=heading, href=href)
            else:
                for text in child.iter(_MATH_TEXT):
                    self.said["formula"] += 1
                    yield Run(text.text or "")

    def _run(self, element: Element, style: str, *, heading: bool, href: str) -> Iterator[Run]:
        properties = element.find(f"{W}rPr")
        if self._on("vanish", properties, style):
            if any(child.text for child in element.iter(f"{W}t")):
                self.said["hidden"] += 1
            return
        if any(self._on(name, properties, style) for name in ("strike", "dstrike")):
            words = "".join(child.text or "" for child in element.iter(f"{W}t"))
            self.said[f"struck {words[:80]}"] += bool(words.strip())
        # A heading is bold because it is one; only bold of its own makes it prominent.
        bold = self._on("b", properties, "" if heading else style)
        underline = not href and self._on("u", properties, "" if heading else style)
        for text in self._run_texts(element):
            yield Run(text, bold, underline, href) if text != "\n" else Run(text)

    def _run_texts(self, element: Element) -> Iterator[str]:
        """Texts of a run, a line break as a text of its own."""
        for child in element:
            name = child.tag.removeprefix(W)
            if name == "t":
                yield (child.text or "").replace("\n", " ")
            elif name in ("tab", "ptab"):
                yield " "
            elif name in ("br", "cr"):
                yield "\n" if child.get(f"{W}type", "textWrapping") == "textWrapping" else " "
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "sym":
                self.said["symbol"] += 1
                code = child.get(f"{W}char", "")
                yield chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else ""
            elif name in ("footnoteReference", "endnoteReference"):
                self._notes.append((name.removesuffix("Reference"), child.get(f"{W}id", "")))
                yield f"[{len(self._notes)}]"
            elif name in ("drawing", "pict", "object", "AlternateContent") or child.tag == (
                f"{_COMPAT}AlternateContent"
            ):
                self._picture(child)

    def _picture(self, element: Element) -> None:
        shown = _choice(element) if element.tag == f"{_COMPAT}AlternateContent" else element
        boxes = list(shown.iter(f"{W}txbxContent"))
        self._boxes += boxes
        self.said["picture"] += not boxes

    def _on(self, name: str, direct: Element | None, style: str) -> bool:
        """Whether a property of a run is on: its own, else of its styles (17.7.3 for toggles)."""
        if (own := _switch(direct, name)) is not None:
            return own
        found = [
            next(
                (
                    value
                    for _, each in self._chain(chain)
                    if (value := _switch(each.run, name)) is not None
                ),
                False,
            )
            for chain in (_value(direct, "rStyle"), style)
        ]
        on = found[0] != found[1] if name != "u" else any(found)
        return on or bool(_switch(self._default_run, name))

    def _table(self, element: Element) -> Iterator[WordParagraph | WordTable]:
        rows: list[list[list[Run]]] = []
        for row in _children(element, "tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.said["deleted"] += 1
                continue
            cells: list[list[Run]] = [[] for _ in range(_count(properties, "gridBefore"))]
            for cell in _children(row, "tc"):
                cells += self._cell(cell)
            cells += [[] for _ in range(_count(properties, "gridAfter"))]
            rows.append(cells)
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        if width == len(rows) == 1:  # a frame around text, not a table
            if rows[0][0]:
                yield WordParagraph(rows[0][0])
            return
        yield WordTable([row + [[] for _ in range(width - len(row))] for row in rows])

    def _cell(self, cell: Element) -> list[list[Run]]:
        properties = cell.find(f"{W}tcPr")
        span = max(1, _count(properties, "gridSpan"))
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        continued = merge is not None and merge.get(f"{W}val", "continue") != "restart"
        if span > 1 or continued:
            self.said["merged-cell"] += 1
        runs: list[Run] = []
        for block in self._content(cell):
            shown = (
                [block.shown]
                if isinstance(block, WordParagraph)
                else [inner for row in block.rows for inner in row]
            )
            if isinstance(block, WordTable):
                self.said["table-in-table"] += 1
            for piece in shown:
                runs += [Run(" "), *piece] if runs and piece else piece
        return [runs, *([] for _ in range(span - 1))]

    def _note_paragraphs(self) -> Iterator[WordParagraph | WordTable]:
        parts = {kind: self._package.first(f"{kind}s") for kind in ("footnote", "endnote")}
        done = 0
        while done < len(self._notes):  # a note may refer to another
            kind, wanted = self._notes[done]
            done += 1
            root = parts[kind]
            found = root.findall(f"{W}{kind}") if root is not None else []
            found = [each for each in found if each.get(f"{W}id") == wanted]
            self.said["footnote" if found else f"note-missing [{done}]"] += 1
            for each in found:
                mark = f"[{done}]"
                for block in self._content(each):
                    if isinstance(block, WordParagraph) and mark:
                        block.runs.insert(0, Run(mark + " "))
                        mark = ""
                    yield block


def _choice(alternate: Element) -> Element:
    """The branch of alternate content to read: the first choice, else the fallback."""
    for name in ("Choice", "Fallback"):
        if (found := alternate.find(f"{_COMPAT}{name}")) is not None:
            return found
    return alternate


def _children(holder: Element, name: str) -> Iterator[Element]:
    """Rows or cells of a table, content controls and tracked insertions looked through."""
    for child in holder:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in _WRAPPERS or child.tag in _INSERTED:
            yield from _children(child, name)


def _value(holder: Element | None, name: str) -> str:
    found = holder.find(f"{W}{name}") if holder is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def _count(holder: Element | None, name: str) -> int:
    text = _value(holder, name)
    return min(int(text), 100) if text.isdigit() else 0


def _switch(holder: Element | None, name: str) -> bool | None:
    """Whether a property is on or off here, None when nothing is said."""
    found = holder.find(f"{W}{name}") if holder is not None else None
    if found is None:
        return None
    return found.get(f"{W}val", "none" if name == "u" else "1") not in _OFF
