"""What an author gets wrong in ``policy.yml`` and ``version.yml`` beyond the type of a field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping as Fields
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from clausepress.archive import lifecycle
from clausepress.archive.manifest import KEYS
from clausepress.archive.model import Cookies, Purpose, Service, VersionFile
from clausepress.archive.published import Library, Policy, Published, Version
from clausepress.errors import SourceError
from clausepress.i18n import available_languages
from clausepress.text.model import block_runs, own_runs
from clausepress.text.yaml import Mapping

_SUMMARY_LINES = 3
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_OURS = "clausepress"
"""What all names begin with under which the widgets keep a choice and its records."""


def check_dates(file: VersionFile, path: Path, mapping: Mapping) -> None:
    """A version is updated and announced before it takes effect.

    Raises:
        SourceError: One of the dates cannot be right.
    """
    for name, date in (("updated", file.updated_on), ("announced", file.announced_on)):
        if date and file.effective_on and file.effective_on < date:
            raise SourceError(
                path,
                f"it takes effect ({file.effective_on}) before it was {name} ({date})",
                "correct one of the two dates",
                line=mapping.line("effective_on"),
            )
    check_languages(file.change_note, "change_note", path, mapping)
    check_languages(file.correction_reason, "correction_reason", path, mapping)


def check_summary(
    file: VersionFile, editions: Fields[str, Published], path: Path, mapping: Mapping
) -> None:
    """A summary is short, in a language of the version, and every line cites a clause of it.

    Raises:
        SourceError: It is not.
    """
    for lang, lines in file.summary.items():
        name = f"summary.{lang}"
        if lang not in editions:
            raise SourceError(
                path,
                f"{name}: this version has no edition in '{lang}'",
                f"add {lang}.md, or leave the language out",
                line=mapping.line(name),
            )
        if not 1 <= len(lines) <= _SUMMARY_LINES:
            raise SourceError(
                path,
                f"{name} has {len(lines)} lines",
                f"write one to {_SUMMARY_LINES} lines",
                line=mapping.line(name),
            )
        for index, each in enumerate(lines):
            if not each.text.strip() or not editions[lang].has_clause(each.clause):
                raise SourceError(
                    path,
                    f"{name}.{index}: no text, or no clause '{each.clause}' in {lang}.md",
                    "write text: … and clause: the id of the clause that it sums up",
                    line=mapping.line(f"{name}.{index}"),
                )


def check_order(versions: Sequence[Version]) -> None:
    """Versions have a rank: all by date, or all by a stated order that the dates do not gainsay.

    Raises:
        SourceError: The rank of a version cannot be told.
    """
    if len(versions) < 2:
        return
    ordered = [version for version in versions if version.file.order]
    if ordered and len(ordered) < len(versions):
        missing = next(version for version in versions if not version.file.order)
        raise SourceError(
            missing.path,
            f"{ordered[0].id} states its order and this version does not",
            "state the order of every version of the policy: order: 1 is the oldest",
        )
    dated = [each for each in versions if each.file.effective_on or each.file.updated_on]
    if not ordered and len(dated) < len(versions):
        missing = next(each for each in versions if each not in dated)
        raise SourceError(
            missing.path,
            "it states no date, so its rank among the other versions cannot be told",
            "state the order of every version of the policy: order: 1 is the oldest",
        )
    ranked = sorted(dated, key=lambda each: each.file.order)
    for older, newer in pairwise(ranked):
        days = [each.file.effective_on or each.file.updated_on for each in (older, newer)]
        if ordered and days[0] and days[1] and days[0] > days[1]:
            raise SourceError(
                newer.path,
                f"its order puts it after {older.id}, its date before",
                "correct the order or the dates",
            )


def check_corrections(versions: Sequence[Version]) -> None:
    """A correction names an older version and says why, in each of its languages.

    Args:
        versions: Those of a policy.

    Raises:
        SourceError: One of the two is missing, or the version it names is not there or younger.
    """
    order = [file.id for file in lifecycle.by_age([version.file for version in versions])]
    for version in versions:
        file = version.file
        missing = [lang for lang in version.editions if lang not in file.correction_reason]
        if file.corrects and missing:
            raise SourceError(
                version.path,
                f"it corrects {file.corrects} and does not say why in '{missing[0]}'",
                f"write correction_reason: {{{missing[0]}: …}}",
            )
        if file.correction_reason and not file.corrects:
            raise SourceError(
                version.path,
                "it states the reason of a correction and not which version it corrects",
                "write corrects: the id of that version",
            )
        if file.corrects and file.corrects not in order[: order.index(file.id)]:
            raise SourceError(
                version.path,
                f"it corrects '{file.corrects}', which is no older version of this policy",
                f"name one of: {', '.join(order[: order.index(file.id)]) or 'none is older'}",
            )


def warn_unfrozen(library: Library, on: dt.date) -> list[str]:
    """Return a warning for every version that is public on a day and not frozen.

    A site without ``press.keys`` has not begun to freeze, and gets none.
    """
    if not (library.root / KEYS).exists():
        return []
    return [
        f"{version.path.parent}: published but not frozen: run"
        f" clausepress freeze {policy.id}/{version.id}"
        for policy in library.policies.values()
        for version in policy.public(on)
        if not version.manifest
    ]


def check_policy(policy: Policy, mapping: Mapping) -> None:
    """The fields of ``policy.yml`` fit the texts.

    Raises:
        SourceError: A language without an edition, a clause that is not there, an empty label.
    """
    file, path = policy.file, policy.path
    for name, fields in (("title", file.title), ("controller", file.controller)):
        check_languages(fields, name, path, mapping)
    if file.cookies:
        _check_purposes(file.cookies, policy, mapping)
    if file.sms and not file.sms.keyword.strip():
        raise SourceError(
            path,
            "sms.keyword: the keyword is empty",
            "write the word that people reply, as the policy prints it",
            line=mapping.line("sms.keyword"),
        )
    _check_cited_clauses(policy, mapping)
    _check_translations(policy)


def _covers_ours(name: str) -> bool:
    """Whether a name of ``clears`` covers what the widgets keep, or everything."""
    beginning = name.rstrip("*")
    wide = name != beginning and _OURS.startswith(beginning)
    return not name or wide or beginning.startswith(_OURS)


def _check_purposes(cookies: Cookies, policy: Policy, mapping: Mapping) -> None:
    """Purposes and their services have an id of their own each, and words in every language."""
    each: list[tuple[str, Purpose | Service]] = []
    for index, purpose in enumerate(cookies.purposes):
        place = f"cookies.purposes.{index}"
        each.append((place, purpose))
        services = purpose.services or ()
        each += [(f"{place}.services.{nth}", service) for nth, service in enumerate(services)]
    names = [one.id for _, one in each]
    for place, one in each:
        if not _NAME.fullmatch(one.id) or names.count(one.id) > 1:
            raise SourceError(
                policy.path,
                f"{place}.id: '{one.id}' cannot be the id of a purpose or service",
                "use lower-case letters, digits and '-', each id once",
                line=mapping.line(f"{place}.id"),
            )
        for lang in policy.languages:
            if not one.label.get(lang, "").strip():
                raise SourceError(
                    policy.path,
                    f"{place}.label: there is no label in '{lang}'",
                    f"add {lang}: the words of the policy for it",
                    line=mapping.line(f"{place}.label"),
                )
        if wide := [name for name in one.clears or () if _covers_ours(name)]:
            raise SourceError(
                policy.path,
                f"{place}.clears: '{wide[0]}' would clear the choice itself",
                "write names, or beginnings such as _count_*",
                line=mapping.line(f"{place}.clears"),
            )


def check_relations(policies: Fields[str, Policy]) -> None:
    """A relation names documents and a clause that are there.

    Raises:
        SourceError: One of them is not.
    """
    for policy in policies.values():
        for relation in policy.file.relations:
            for other in (relation.prevails_over, relation.stated_in):
                if other not in policies:
                    raise SourceError(
                        policy.path,
                        f"relations name the policy '{other}', which is not there",
                        f"name one of: {', '.join(policies)}",
                    )
            source = policies[relation.stated_in]
            editions = source.versions[-1].editions.values()
            if not any(
                relation.clause in (clause.id, clause.number.rstrip("."))
                for published in editions
                for clause in published.edition.walk()
            ):
                raise SourceError(
                    policy.path,
                    f"relations cite clause '{relation.clause}', which '{source.id}' does not have",
                    "name the clause by its printed number or its id",
                )
    _check_links(policies)


def check_languages(fields: Fields[str, str], name: str, path: Path, mapping: Mapping) -> None:
    """Words per language are in languages that the site speaks, and not empty.

    Raises:
        SourceError: They are not.
    """
    for lang, text in fields.items():
        if lang not in available_languages():
            raise SourceError(
                path,
                f"{name}: '{lang}' is not a language with a message catalog",
                f"use one of: {', '.join(available_languages())}",
                line=mapping.line(f"{name}.{lang}"),
            )
        if not text.strip():
            raise SourceError(
                path,
                f"{name}.{lang} is empty",
                "write the words, or leave the language out",
                line=mapping.line(f"{name}.{lang}"),
            )


def _check_cited_clauses(policy: Policy, mapping: Mapping) -> None:
    """The clause that a widget cites stands in the newest version."""
    newest = policy.versions[-1]
    for name, section in (("cookies", policy.file.cookies), ("sms", policy.file.sms)):
        for lang, published in newest.editions.items() if section else ():
            if section and not published.has_clause(section.clause):
                raise SourceError(
                    policy.path,
                    f"{name}.clause: no clause '{section.clause}' in {newest.id}/{lang}.md",
                    "name the id of the clause that the text gives it: {#id}",
                    line=mapping.line(f"{name}.clause"),
                )


def _check_translations(policy: Policy) -> None:
    known = {f"{version.id} {lang}" for version in policy.versions for lang in version.editions}
    for version in policy.versions:
        if version.manifest:
            continue  # checked before it was frozen
        for lang, published in version.editions.items():
            translates = published.translates
            if translates and translates != "earlier" and translates not in known:
                raise SourceError(
                    published.path,
                    f"translates: '{translates}' is not an edition of this policy",
                    f"write '{version.id} {policy.file.prevails}', or 'earlier' for an older text",
                )
            if translates == f"{version.id} {lang}":
                raise SourceError(
                    published.path, "translates: it names itself", "name the edition it translates"
                )


def _check_links(policies: Fields[str, Policy]) -> None:
    """Links between policies lead to a policy, links within a text to a clause of it."""
    for policy in policies.values():
        for version in policy.versions:
            if version.manifest:
                continue  # checked before it was frozen
            for published in version.editions.values():
                edition = published.edition
                runs = [run for block in edition.preface for run in block_runs(block)]
                runs += [run for clause in edition.walk() for run in own_runs(clause)]
                for run in runs:
                    target, _, clause = run.href.partition("#")
                    other = target.removeprefix("../").strip("/").split("/")[0]
                    if target.startswith("../") and other not in policies:
                        raise SourceError(
                            published.path,
                            f"the link '{run.href}' leads to no policy",
                            f"write ../<policy>/ with one of: {', '.join(policies)}",
                        )
                    if not target and clause and not published.has_clause(clause):
                        raise SourceError(
                            published.path,
                            f"the link '{run.href}' leads to no clause of this text",
                            "name the id of a clause: {#id}",
                        )
