"""The policy centre and the cookie register, as a reader's browser shows them."""

import json
from pathlib import Path
from typing import Any

import pytest
from changed_site import write, write_site

from clausepress.archive.library import load_library
from clausepress.archive.lifecycle import today
from clausepress.site.build import build_site
from clausepress.site.pages.centre import centre_page
from clausepress.site.pages.cookies import cookies_page

ROOT = Path(__file__).parents[2]
PURPOSES = [
    {"id": "login", "required": True, "label": {"zh": "登录", "en": "Signing in"}},
    {
        "id": "ads",
        "required": False,
        "label": {"zh": "广告", "en": "Advertising"},
        "clears": ["_ad*", "seen"],
        "services": [{"id": "maps", "label": {"zh": "地图", "en": "Maps"}}],
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Terms that prevail over a notice, and cookies."""
    write_site(tmp_path)
    path = tmp_path / "docs/terms/policy.yml"
    facts = json.loads(path.read_text("utf-8")) | {
        "cookies": {"clause": "c1-2", "purposes": PURPOSES},
        "relations": [{"prevails_over": "notice", "clause": "1.2", "stated_in": "terms"}],
    }
    write(path, json.dumps(facts))
    write(
        tmp_path / "docs/notice/policy.yml", '{"id": "notice", "kind": "notice", "prevails": "zh"}'
    )
    write(tmp_path / "docs/notice/only/version.yml", '{"id": "only", "order": 1}')
    write(tmp_path / "docs/notice/only/zh.md", "---\ntitle: 须知\n---\n\n1. 不可撤回。\n")
    return tmp_path


def data(folder: Path, lang: str = "zh", *, pdf: bool = False) -> dict[str, Any]:
    library = load_library(folder / "docs").public(today())
    return centre_page(library, lang, today(), pdf=pdf).make().data


def test_what_comes_and_what_changed_lately(folder: Path) -> None:
    found = data(folder)
    assert [each["version"] for each in found["upcoming"]] == ["v4"]
    # The newest first; the first version changed nothing, the draft is not public.
    assert [each["version"] for each in found["lately"]] == ["v3", "v2"]
    assert found["lately"][1]["note"] == "保存期延长。"
    assert found["lately"][1]["changes"] == "zh/terms/v2/changes/"


def test_what_prevails_by_which_clause(folder: Path) -> None:
    (relation,) = data(folder)["relations"]
    assert (relation["policy"], relation["other"]) == ("terms", "notice")
    assert relation["link"].startswith("zh/terms/#")
    html = (build_site(folder / "mkdocs.yml") / "zh/index.html").read_text("utf-8")
    assert f'<a href="{relation["link"].removeprefix("zh/")}">《托管协议》第 1.2 条</a>' in html
    assert "不一致时以《托管协议》为准。" in html


@pytest.mark.parametrize(
    ("clause", "zh", "en"),
    [
        ("c1-2", "《托管协议》第 1.2 条", "Hosting Terms, clause 1.2"),
        ("ch1", "《托管协议》一、服务", "Hosting Terms, clause 1 (Service)"),
        ("1", "《托管协议》第 1 条", "Hosting Terms, clause 1 (Service)"),
        ("c7", "托管协议", "Hosting Terms, Article 7"),
    ],
)
def test_a_clause_is_named_as_its_text_prints_it(
    folder: Path, clause: str, zh: str, en: str
) -> None:
    path = folder / "docs/terms/v3/en.md"
    write(path, path.read_text("utf-8") + "\n## Article 7 {#c7}\n\nText.\n")
    path = folder / "docs/terms/v5/zh.md"
    write(path, path.read_text("utf-8") + "\n七、附则 {#c7}\n")  # a draft
    path = folder / "docs/terms/policy.yml"
    facts = json.loads(path.read_text("utf-8"))
    facts["relations"][0]["clause"] = clause
    write(path, json.dumps(facts))
    assert [data(folder, lang)["relations"][0]["cited"] for lang in ("zh", "en")] == [zh, en]


def test_downloads_are_those_that_are_there(folder: Path) -> None:
    terms, notice = data(folder, "en", pdf=True)["entries"]
    assert terms["pdf"] == "en/terms/v3/terms-v3-en.pdf"
    assert terms["json"] == "en/terms/v3/edition.json"
    assert (notice["pdf"], notice["json"]) == ("", "")
    assert data(folder)["entries"][0]["pdf"] == ""


def test_an_edit_that_the_page_shows_is_among_its_inputs(folder: Path) -> None:
    def inputs() -> tuple[str, ...]:
        library = load_library(folder / "docs").public(today())
        return centre_page(library, "zh", today(), pdf=False).inputs

    before = inputs()
    path = folder / "docs/terms/v3/zh.md"
    write(path, path.read_text("utf-8").replace("1.2 ", "1.9 "))  # where the clause stands
    assert inputs() != before


def test_the_register_says_what_the_policy_says(folder: Path) -> None:
    library = load_library(folder / "docs").public(today())
    page = cookies_page(library, "en", today())
    assert page
    (register,) = page.make().data["registers"]
    assert [(row["label"], row["inner"], row["clears"]) for row in register["rows"]] == [
        ("Signing in", False, ()),
        ("Advertising", False, ("_ad*", "seen")),
        ("Maps", True, ()),
    ]
    assert [row["required"] for row in register["rows"]] == [True, False, False]


def test_the_register_quotes_its_clause_and_links_lead_there(tmp_path: Path) -> None:
    library = load_library(ROOT / "docs").public(today())
    page = cookies_page(library, "zh", today())
    assert page
    (register,) = page.make().data["registers"]
    assert register["cited"] == f"《{library.policies['privacy'].title('zh')}》第 4.3.1 条"
    assert register["link"] == "zh/privacy/#cookie-uses"
    assert "4.3.1" in register["clause"]


def test_without_cookies_there_is_no_register(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    library = load_library(tmp_path / "docs").public(today())
    assert cookies_page(library, "zh", today()) is None
    site = build_site(config, strict=True)
    assert "/cookies/" not in (site / "zh/index.html").read_text("utf-8")
    assert not (site / "zh/cookies").exists()
