"""The widgets as a package: what it names is there, an import map finds it, its types hold."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

import clausepress

from . import sign_up
from .press import WIDGETS

PACKAGE = json.loads((WIDGETS / "package.json").read_text(encoding="utf-8"))
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Page</title>
<link rel="icon" href="data:,">
<script type="importmap">{{"imports": {{"clausepress-widgets": "{origin}/widgets/clausepress.js",
"clausepress-widgets/": "{origin}/widgets/"}}}}</script>
<script type="module">
import "clausepress-widgets";
import {{ clausepress }} from "clausepress-widgets/api.js";
window.chosen = clausepress.ready;
</script><main><clausepress-cookies policy="privacy"></clausepress-cookies></main></html>"""
USE = """import { clausepress } from "./index.d.ts";
import type { Receipt } from "./index.d.ts";

const element = document.querySelector("clausepress-agree");
element?.addEventListener("clausepress-agree", ({ detail }) => {
  const ids: string[] = detail.map((receipt: Receipt) => receipt.id);
  console.log(ids, element.value);
});
const on: boolean = clausepress.get("analytics");
const choice: Promise<{ decision: "given" | "refused" }> = clausepress.ready;
console.log(on, choice);
"""


def test_what_it_names_is_there():
    assert PACKAGE["version"] == clausepress.__version__
    for target in PACKAGE["exports"].values():
        for path in [target] if isinstance(target, str) else target.values():
            assert (WIDGETS / path).is_file()


def test_an_import_map_is_all_that_a_page_needs(page, press):
    sign_up.FILES.clear()
    sign_up.FILES[""] = PAGE.format(origin=press.server.origin)
    page.goto(f"{press.shop.origin}/app/")
    page.get_by_role("button", name="全部同意").click()
    expect(page.locator("clausepress-cookies").get_by_role("status").locator("a")).to_be_visible()
    assert page.evaluate("chosen.then(choice => choice.purposes.analytics)") is True


@pytest.mark.parametrize(
    ("old", "new", "fine"), [("", "", True), ("receipt.id)", "receipt.proof.size)", False)]
)
def test_its_types_hold_for_typescript(tmp_path, old, new, fine):
    deno = Path(sys.executable).with_name("deno")
    if not deno.exists():
        pytest.skip("deno is not installed")
    for path in [*WIDGETS.glob("*.js"), *WIDGETS.glob("*.ts"), WIDGETS / "deno.json"]:
        shutil.copy(path, tmp_path)
    (tmp_path / "use.ts").write_text(USE.replace(old, new) if old else USE, encoding="utf-8")
    done = subprocess.run(
        [deno, "check", "--no-remote", "use.ts"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode == 0) is fine, done.stderr.decode()
