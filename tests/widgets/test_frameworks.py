"""Sign-up pages of React and Vue on another origin, and what their server makes of the receipts."""

import json
import subprocess
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from . import sign_up
from .packages import from_npm
from .test_demo import RECEIPTS

REACT = """
import { createElement as h, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

function SignUp() {
  const [said, say] = useState("");
  const [round, next] = useState(0);
  const send = async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    say(await (await fetch("/account", { method: "POST", body })).text());
  };
  return h("form", { onSubmit: send },
    h("label", null, "Name ", h("input", { name: "name", required: true })),
    h("clausepress-agree", { key: round, name: "agreement", documents: "terms privacy" }),
    h("button", { type: "button", id: "again", onClick: () => next(round + 1) }, "Again"),
    h("output", null, said));
}
createRoot(document.querySelector("#app")).render(h(StrictMode, null, h(SignUp)));
"""
VUE = """
import { createApp, ref } from "./vue.js";

createApp({
  setup() {
    const said = ref(""), round = ref(0);
    const send = async (event) => {
      const body = new URLSearchParams(new FormData(event.target));
      said.value = await (await fetch("/account", { method: "POST", body })).text();
    };
    return { said, round, send };
  },
  template: `<form @submit.prevent="send">
    <label>Name <input name="name" required></label>
    <clausepress-agree :key="round" name="agreement" documents="terms privacy"></clausepress-agree>
    <button type="button" id="again" @click="round++">Again</button>
    <output>{{ said }}</output></form>`,
}).mount("#app");
"""
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Sign up</title>
<link rel="icon" href="data:,"><script type="module" src="{origin}/widgets/clausepress.js"></script>
<main id="app"></main><script type="module" src="app.js"></script></html>"""


def react() -> dict[str, str]:
    """One file: React is published as CommonJS only."""
    home = from_npm("react", "react", "react-dom", "esbuild")
    (home / "app.js").write_text(REACT)
    made = subprocess.run(
        [
            home / "node_modules" / ".bin" / "esbuild",
            *("app.js", "--bundle", "--minify", "--format=esm"),
            '--define:process.env.NODE_ENV="production"',
        ],
        cwd=home,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return {"app.js": made.stdout.decode()}


def vue() -> dict[str, str]:
    """Vue's own module for browsers."""
    home = from_npm("vue", "vue")
    module = home / "node_modules" / "vue" / "dist" / "vue.esm-browser.prod.js"
    return {"app.js": VUE, "vue.js": module.read_text()}


@pytest.fixture(params=[react, vue])
def app(request, form, press):
    """A tab on the page of a framework."""
    sign_up.FILES.clear()
    sign_up.FILES.update(request.param(), **{"": PAGE.format(origin=press.server.origin)})
    form.page.goto(f"{press.shop.origin}/app/")
    form.page.get_by_label("Name").fill("tea")
    return form


def test_signing_up(app, press):
    expect(app.box).not_to_be_checked()
    with app.page.expect_request("**/account") as sent:
        app.box.check()
        app.go.click()
    ids = parse_qs(sent.value.post_data)["agreement"]
    records = RECEIPTS["check"](press.server.origin, ids, ["terms", "privacy"])
    assert {each["id"] for each in press.entries()} == {each["id"] for each in records.values()}
    expect(app.page.locator("output")).not_to_be_empty()
    said = json.loads(app.page.locator("output").inner_text())
    assert ["name", "tea"] in said
    expect(app.element.locator("section")).to_be_visible()  # it outlives the framework's update


def test_nothing_is_sent_without_a_yes(app, press):
    app.go.click()
    expect(app.box).to_be_focused()
    assert press.entries() == []
    expect(app.page.locator("output")).to_be_empty()


def test_made_anew_by_the_framework(app, press):
    app.box.check()
    app.page.locator("#again").click()
    expect(app.box).not_to_be_checked()
    assert app.page.evaluate("document.forms[0].checkValidity()") is False
    app.box.check()
    with app.page.expect_request("**/account") as sent:
        app.go.click()
    assert len(parse_qs(sent.value.post_data)["agreement"]) == 2
    assert len(press.entries()) == 2
