"""What `clausepress serve` adds to static pages: headers that a file cannot carry."""

from pathlib import Path

from dated_samples import write_policy
from starlette.testclient import TestClient

from clausepress.server import SiteFiles


def test_pages_carry_the_headers_of_memento(tmp_path: Path) -> None:
    config = tmp_path / "mkdocs.yml"
    config.write_text("site_name: x\ntheme: material\nplugins: [clausepress]\n", encoding="utf-8")
    write_policy(
        tmp_path / "docs",
        {"id": "v1", "effective_on": "2019-09-16"},
        {"id": "v2", "effective_on": "2021-01-25"},
    )
    builds = tmp_path / "builds"
    builds.mkdir()
    client = TestClient(SiteFiles(config, builds, tmp_path / "policies.json"))
    old = client.get("/zh/terms/v1/").headers
    assert old["memento-datetime"] == "Sun, 15 Sep 2019 16:00:00 GMT"
    assert '<http://testserver/zh/terms/>; rel="original latest-version"' in old["link"]
    assert 'rel="timegate"' in client.get("/zh/terms/").headers["link"]
    for path in ("/", "/zh/", "/zh/terms/as-of/", "/zh/none/"):
        assert "link" not in client.get(path).headers, path
    types = {
        "/zh/terms/timemap.link": "application/link-format",
        "/zh/terms/feed.xml": "application/atom+xml",
        "/zh/terms/dates.ics": "text/calendar",
    }
    for path, media_type in types.items():
        assert client.get(path).headers["content-type"].startswith(media_type)
    parts = ['lang="zh-Hans">', 'lang="en">']
    lost = {"/zh/none/": parts[:1], "/en/terms/none": parts[1:], "/none/": parts}
    for path, own in lost.items():
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert [each for each in parts if f"<section {each}" in answer.text] == own, path
        link = f'<a href="/{path.split("/")[1] if len(own) == 1 else "zh"}/">'
        assert link in answer.text, path
