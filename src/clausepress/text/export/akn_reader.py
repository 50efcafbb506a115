"""Reading back an Akoma Ntoso export; any document type declaration is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from clausepress.errors import SourceError
from clausepress.text.export.publication import check_read
from clausepress.text.export.xml import AKN, OWN, marked
from clausepress.text.model import Block, Clause, Edition, Paragraph, Run, Runs, Table, plain

_NS = {"a": AKN, "cp": OWN}
_A = f"{{{AKN}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ENCODED = f"{{{OWN}}}encoded"
_MAX_DEPTH = 200  # elements inside each other; a clause of ten levels with marks has about 20


def edition_from_akn(data: bytes, *, path: Path) -> Edition:
    """Read what `clausepress.text.export.akn.edition_akn` wrote.

    Args:
        data: The XML.
        path: Its file, for messages.

    Raises:
        SourceError: Not XML, a document type declaration, an element that the export does not
            write, a clause id that is malformed or stands twice, a text that its digest denies.
    """
    root = _root(data, path)
    doc = root.find("a:doc", _NS)
    body = None if doc is None else doc.find("a:mainBody", _NS)
    title = None if doc is None else doc.find("a:preface/a:p/a:docTitle", _NS)
    if doc is None or body is None or title is None or not body.get(_LANG):
        raise SourceError(
            path,
            "is not an Akoma Ntoso policy: akomaNtoso/doc with docTitle and mainBody[@xml:lang]",
            "take the output of 'clausepress export --format akn'",
        )
    reader = _Reader(path)
    preface = reader.blocks(
        each for each in doc.iterfind("a:preface/*", _NS) if each.get("class") != "title"
    )
    digest = doc.find("a:meta/a:proprietary/cp:textDigest", _NS)
    translates = doc.find("a:meta/a:proprietary/cp:translates", _NS)
    edition = Edition(
        lang=body.get(_LANG, ""),
        title=plain(reader.runs(title)),
        preface=preface,
        clauses=reader.clauses(body),
        translates="" if translates is None else plain(reader.runs(translates)),
    )
    return check_read(edition, "" if digest is None else (digest.text or ""), path)


def _root(data: bytes, path: Path) -> ET.Element:
    parser = ET.XMLParser(target=_Builder(path))  # noqa: S314 (the builder refuses a DOCTYPE)
    try:
        parser.feed(data)
        root = parser.close()
    except ET.ParseError as error:
        raise SourceError(
            path, f"is not well-formed XML: {error}", "export the edition again"
        ) from error
    if not isinstance(root, ET.Element) or root.tag != f"{_A}akomaNtoso":
        raise SourceError(
            path,
            "is not Akoma Ntoso 3.0 (OASIS LegalDocML 1.0)",
            f"its root is akomaNtoso in the namespace {AKN}",
        )
    return root


class _Builder(ET.TreeBuilder):
    """Builds the tree, and stops at what no export holds: a DOCTYPE, endless nesting."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._depth = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        """Refuse entities and external subsets by refusing what declares them."""
        raise SourceError(
            self._path,
            "has a document type declaration (DOCTYPE), which may hide entities",
            "remove the declaration; Akoma Ntoso needs none",
        )

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        """Open an element."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise SourceError(
                self._path,
                f"nests more than {_MAX_DEPTH} elements inside each other",
                "export the edition again",
            )
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag)


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path

    def clauses(self, parent: ET.Element) -> tuple[Clause, ...]:
        """Read the clauses directly below an element."""
        return tuple(
            self._clause(each)
            for each in parent.iterfind("a:hcontainer", _NS)
            if each.get("name") != "empty"
        )

    def _clause(self, element: ET.Element) -> Clause:
        number = Run("")
        heading = blocks = None
        for child in element:
            name = self._name(child, "num", "heading", "intro", "content", "hcontainer")
            if name == "num":
                number = (self.runs(child) or (number,))[0]
            elif name == "heading":
                heading = self.runs(child)
            elif name != "hcontainer":
                blocks = self.blocks(child)
        return Clause(
            id=element.get("eId", ""),
            number=number.text,
            number_bold=number.bold,
            number_underline=number.underline,
            heading=heading or (),
            blocks=blocks or (),
            children=self.clauses(element),
        )

    def blocks(self, elements: Iterator[ET.Element] | ET.Element) -> tuple[Block, ...]:
        """Read paragraphs, bullets and tables."""
        found: list[Block] = []
        for element in elements:
            name = self._name(element, "p", "ul", "table")
            if name == "p":
                found.append(Paragraph(self.runs(element)))
            elif name == "ul":
                found += [Paragraph(self.runs(item), bullet=True) for item in element]
            else:
                rows = [tuple(map(self._cell, row)) for row in element]
                found.append(Table(rows[0] if rows else (), tuple(rows[1:])))
        return tuple(found)

    def _cell(self, element: ET.Element) -> Runs:
        return tuple(run for paragraph in element for run in self.runs(paragraph))

    def runs(self, element: ET.Element) -> Runs:
        """Read text with its marks; neighbours with the same marks are one run."""
        joined: list[Run] = []
        for run in self._inline(element, Run("")):
            if joined and _marks(joined[-1]) == _marks(run):
                joined[-1] = _like(run, joined[-1].text + run.text)
            elif run.text:
                joined.append(run)
        return tuple(joined)

    def _inline(self, element: ET.Element, marks: Run) -> Iterator[Run]:
        yield _like(marks, element.text or "")
        for child in element:
            name = self._name(child, "b", "u", "a", "ref", "inline", "marker")
            if name == "marker":
                yield _like(marks, self._marked(child))
            else:
                yield from self._inline(child, self._with(marks, name, child))
            yield _like(marks, child.tail or "")

    def _with(self, marks: Run, name: str, element: ET.Element) -> Run:
        href = marks.href
        if name in ("a", "ref"):
            href = element.get("href", "")
            href = unquote(href) if element.get(_ENCODED) else href
        return Run(
            "",
            bold=marks.bold or name == "b",
            underline=marks.underline or name == "u",
            href=href,
            label=marks.label or element.get("name") == "label",
        )

    def _marked(self, element: ET.Element) -> str:
        name = element.get("name", "")
        try:
            return marked(name)
        except (ValueError, OverflowError) as error:
            raise SourceError(
                self._path, f"has a marker '{name}'", "a marker names one character: U+0008"
            ) from error

    def _name(self, element: ET.Element, *known: str) -> str:
        name = str(element.tag).removeprefix(_A)
        if name not in known:
            raise SourceError(
                self._path,
                f"has <{name}> where a policy may have {', '.join(known)}",
                "take the output of 'clausepress export --format akn'",
            )
        return name


def _like(marks: Run, text: str) -> Run:
    return Run(text, marks.bold, marks.underline, marks.href, marks.label)


def _marks(run: Run) -> Run:
    return _like(run, "")
