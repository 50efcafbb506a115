"""``check.yml``: findings that an author looked at and lets stand, each with a reason.

The file lies beside a text, or in the folder of its policy::

    ignore:
      - rule: number-style
        file: 2021-01-25/zh.md     # optional; without it every text below the folder
        line: 12                   # optional, or clause: "7.3"
        reason: The printed numbers are those of the signed paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from clausepress.files import read_text
from clausepress.text.lint.model import RULES, Finding, Rule, Severity
from clausepress.text.yaml import load_yaml

FILE = "check.yml"

for _rule in (
    Rule(
        "ignore-reason",
        "ignores",
        Severity.ERROR,
        "An entry of `check.yml` without a reason; it is not followed.",
        "say why the finding may stand",
    ),
    Rule(
        "ignore-rule",
        "ignores",
        Severity.ERROR,
        "An entry of `check.yml` that names no rule of this reference.",
        "use the id of the rule that the finding shows in brackets",
    ),
    Rule(
        "ignore-unused",
        "ignores",
        Severity.WARNING,
        "An entry of `check.yml` that no finding needs any more.",
        "remove the entry",
    ),
):
    RULES[_rule.id] = _rule


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One entry: what may stand, where, and why.

    Attributes:
        rule: Id of the rule.
        file: File relative to the folder of ``check.yml``; empty for all below it.
        line: 1-based line, 0 for any.
        clause: Printed number of a clause, without its last mark; empty for any.
        reason: Why; must not be empty.
    """

    rule: str
    file: str = ""
    line: int = 0
    clause: str = ""
    reason: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    ignore: list[Entry] = []


@dataclass(eq=False, slots=True)
class _Loaded:
    entry: Entry
    path: Path
    line: int
    used: bool = False


class Ignores:
    """The entries that bear on the texts of one run."""

    def __init__(self) -> None:
        self._files: dict[Path, list[_Loaded]] = {}

    def keep(self, path: Path, findings: list[Finding]) -> list[Finding]:
        """Return the findings of one text that no entry lets stand.

        Raises:
            SourceError: A ``check.yml`` that cannot be read.
        """
        entries = [each for folder in _folders(path) for each in self._load(folder / FILE)]
        return [each for each in findings if not _let_stand(each, path, entries)]

    def faults(self, checked: set[Path]) -> list[Finding]:
        """Return findings about the entries themselves, once every text has been checked.

        Args:
            checked: The texts of this run; an entry is unused only when all it bears on are here.
        """
        found: list[Finding] = []
        for entries in self._files.values():
            for each in entries:
                if each.entry.rule not in RULES:
                    found.append(
                        _fault("ignore-rule", each, f"there is no rule '{each.entry.rule}'")
                    )
                elif not each.entry.reason.strip():
                    found.append(_fault("ignore-reason", each, "this entry gives no reason"))
                elif not each.used and _texts(each) <= checked:
                    found.append(_fault("ignore-unused", each, "no finding needs this entry"))
        return found

    def _load(self, path: Path) -> list[_Loaded]:
        if path not in self._files:
            self._files[path] = _read(path) if path.is_file() else []
        return self._files[path]


def _folders(path: Path) -> list[Path]:
    """The folder of a text, and that of its policy when the text is one of a version."""
    policy = path.parent.parent
    is_version = (path.parent / "version.yml").is_file() and (policy / "policy.yml").is_file()
    return [path.parent, policy] if is_version else [path.parent]


def _read(path: Path) -> list[_Loaded]:
    mapping = load_yaml(read_text(path), path)
    entries = mapping.convert(_File).ignore
    return [
        _Loaded(entry, path, mapping.line(f"ignore.{index}.rule") or 1)
        for index, entry in enumerate(entries)
    ]


def _let_stand(finding: Finding, path: Path, entries: list[_Loaded]) -> bool:
    stands = False
    for each in entries:
        entry = each.entry
        if (
            entry.rule == finding.rule
            and entry.reason.strip()
            and (not entry.file or each.path.parent / entry.file == path)
            and entry.line in {0, finding.line}
            and (not entry.clause or _bare(entry.clause) == _bare(finding.clause))
        ):
            each.used = stands = True
    return stands


def _bare(number: str) -> str:
    return number.strip(" .．、（）()")


def _texts(loaded: _Loaded) -> set[Path]:
    folder = loaded.path.parent
    if loaded.entry.file:
        return {folder / loaded.entry.file}
    return {*folder.glob("*.md"), *folder.glob("*/*.md")}


def _fault(rule: str, loaded: _Loaded, message: str) -> Finding:
    about = RULES[rule]
    return Finding(
        rule,
        about.severity,
        str(loaded.path),
        loaded.line,
        loaded.entry.clause,
        "",
        message,
        about.fix,
        loaded.entry.rule,
    )
