"""The five real documents: the kinds of fault known to be in them, and nothing on our own texts.

Only places and rule ids are written here, no words of the documents.
"""

from pathlib import Path

import pytest

from clausepress.text.lint.model import Severity
from clausepress.text.lint.run import check_text
from clausepress.text.sources import open_source, open_sources

SOURCES = Path(__file__).parents[4] / "shared" / "sources"
DOCS = Path(__file__).parents[3] / "docs"
KNOWN = {
    "privacy-policy.2019-09-16.zh": {
        "contents-missing": [72],
        "contents-wording": [36, 38],
        "foreign-word": [191],
        "half-width": [44, 150, 177],
        "heading-glued": [175, 177, 179, 189],
        "line-broken": [170, 227, 295],
        "list-punctuation": [303],
        "misprint": [197, 270],
        "number-shape": [10],
        "number-style": [215, 221],
        "self-name-kind": [121],
        "self-name-variant": [24, 48, 50],
        "sentence-end": [267],
        "sentence-twice": [20],
        "spelling-mix": [150],
        "term-variant": [70],
        "title-variant": [265],
        "word-missing": [44, 84, 108, 150, 177, 177],
        "word-redundant": [125, 191, 207, 235, 237],
    },
    "privacy-policy.2021-01-25.zh": {
        "contents-missing": [60],
        "contents-wording": [27, 28],
        "emphasis-unbalanced": [178],
        "foreign-word": [202],
        "half-width": [32, 163, 172],
        "heading-glued": [184, 186, 188, 200],
        "items-glued": [27],
        "line-broken": [188, 202, 324],
        "list-punctuation": [334],
        "misprint": [153, 212, 299],
        "number-style": [232, 238],
        "pronoun": [17],
        "self-name-kind": [109],
        "self-name-variant": [21, 36, 38],
        "sensitive-missing": [144],
        "sentence-end": [296],
        "sentence-twice": [17],
        "spelling-mix": [163],
        "table-cut": [147],
        "term-variant": [58],
        "title-variant": [294],
        "word-missing": [32, 46, 71, 186, 186, 216, 258],
        "word-redundant": [204, 224, 252, 254],
    },
    "privacy-policy.en": {
        "bracket-unbalanced": [54],
        "contents-missing": [60],
        "contents-wording": [20, 22],
        "date-missing": [1],
        "ellipsis": [72],
        "heading-glued": [166, 168, 170, 180],
        "html-tag": [1],
        "indented-line": [204],
        "list-punctuation": [327],
        "misprint": [146, 162, 162, 170, 222, 230, 236, 236, 296, 311, 323, 325, 337],
        "number-missing": [1],
        "number-parent": [146],
        "number-repeat": [276, 280],
        "number-scheme": [164, 234],
        "number-style": [76, 210],
        "self-name-kind": [106],
        "self-name-variant": [8, 34, 36, 36],
        "sensitive-missing": [88],
        "sentence-end": [58, 268],
        "sentence-twice": [3],
        "spelling-mix": [188],
        "stray-fragment": [200],
        "term-variant": [56],
        "title-variant": [266],
        "word-repeated": [331],
    },
    "user-agreement.202003041.zh": {
        "contact-missing": [1],
        "date-missing": [1],
        "enumeration-comma": [59, 207],
        "half-width": [
            81,
            83,
            85,
            87,
            89,
            91,
            93,
            95,
            99,
            101,
            231,
            233,
            235,
            237,
            239,
            241,
            243,
            245,
            247,
            249,
            251,
            253,
            255,
        ],
        "heading-level": [33, 57, 65, 75, 97, 285],
        "heading-sentence": [207],
        "lead-in-empty": [239, 241, 247, 249],
        "line-broken": [45, 61, 121, 139, 323],
        "list-end": [189, 311],
        "misprint": [121, 287, 311],
        "number-style": [31],
        "reference-topic": [137, 253],
        "self-made-of-itself": [329],
        "self-name-kind": [13, 21, 353],
        "sentence-end": [51],
        "spelling-mix": [35, 133, 191, 263, 289],
        "term-unused": [13],
        "word-missing": [29, 37],
        "word-redundant": [95],
    },
    "weidianyun-service-terms.zh": {
        "annex-missing": [59],
        "antecedent-missing": [143],
        "date-missing": [1],
        "lead-in-empty": [37],
        "misprint": [93, 105, 157],
        "number-missing": [1],
        "party-role": [17, 21, 23, 25, 27, 29],
        "self-name-kind": [1],
        "service-as-party": [1, 3, 25, 29, 155],
        "straight-quotes": [1],
        "stray-space": [3],
        "term-early": [71],
        "word-redundant": [35],
    },
}


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the real documents are not beside the project")
@pytest.mark.parametrize("name", KNOWN)
def test_exactly_the_faults_read_by_eye_are_found(name: str) -> None:
    found: dict[str, list[int]] = {}
    for finding in check_text(open_source(SOURCES / f"{name}.txt", DOCS)):
        found.setdefault(finding.rule, []).append(finding.line)
    assert found == KNOWN[name]


def test_our_own_texts_have_no_error_but_those_of_the_documents_they_restate() -> None:
    findings = [each for source in open_sources([], DOCS) for each in check_text(source)]
    assert [each for each in findings if each.severity is Severity.ERROR] == []
