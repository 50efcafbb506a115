"""The widgets in Firefox and WebKit: whole visits, by what the page and the ledger say.

They need engines that no other test does, so each is skipped where its engine is missing, unless
`REQUIRE_ENGINES=firefox,webkit` names it.
"""

import os
from contextlib import ExitStack, suppress

import pytest
from playwright.sync_api import Error

from . import sign_up
from .engines import ENGINES, MissingError
from .press import wait_for

pytestmark = pytest.mark.engines

PARTS = "document.querySelector('clausepress-{}')?.shadowRoot?.querySelector('{}')"


@pytest.fixture(scope="module", params=ENGINES)
def visitors(request):
    """Makes visitors of one engine."""
    required = request.param in os.environ.get("REQUIRE_ENGINES", "").split(",")
    with ExitStack() as stack:
        try:
            made = stack.enter_context(
                ENGINES[request.param](request.getfixturevalue("playwright"))
            )
        except (MissingError, Error) as reason:
            if required:
                raise
            pytest.skip(f"{request.param}: {str(reason).splitlines()[0]}")
        yield made


class Visit:
    """A visitor's tab with the built widgets."""

    def __init__(self, tab, press):
        self.tab = tab
        self.press = press
        press.built = True

    def open(self, path="/shop/zh"):
        self.tab.go(self.press.shop.origin + path)
        return self

    def ask(self, script):
        return self.tab.ask(script)

    def until(self, script):
        def answer():
            with suppress(Error, RuntimeError):  # asked of a page that is just left
                return self.ask(script)

        return wait_for(answer, 20)

    def press_(self, part, element="cookies"):
        """A button or box, once it is there."""
        found = PARTS.format(element, part)
        self.until(f"{found}?.offsetHeight > 0")
        self.ask(f"{found}.click()")

    def chosen(self, decision):
        cookies = "document.querySelector('clausepress-cookies')"
        self.until(f"{cookies}.choice?.decision === '{decision}'")
        return self.ask(f"{cookies}.choice.purposes")


@pytest.fixture
def visit(visitors, press):
    return Visit(visitors(), press)


def test_cookies_are_refused_changed_and_kept(visit, press):
    visit.open()
    layer = PARTS.format("cookies", "[part~=layer]")
    visit.until(f"{layer}?.offsetHeight > 0")
    sizes = visit.ask(
        f"""[...{layer}.querySelectorAll('[part~=action]')].map((each) =>
        Math.round(each.offsetWidth) + '×' + Math.round(each.offsetHeight))"""
    )
    assert len(sizes) == 3
    assert len(set(sizes)) == 1
    assert int(sizes[0].split("×")[1]) >= 44
    visit.press_("[part~=refuse]")
    visit.until(f"{PARTS.format('cookies', '[part~=receipt]')} != null")
    visit.until("document.cookie.startsWith('clausepress.privacy.')")
    visit.ask("localStorage.clear()")
    visit.open()
    assert visit.chosen("refused") == {"analytics": False, "adverts": False}
    assert visit.ask(f"!{layer} || {layer}.hidden")
    visit.press_("[part~=control]")
    visit.press_("fieldset [type=checkbox]:enabled")
    visit.press_("[part~=save]")
    visit.until(f"{PARTS.format('cookies', '[part~=status] [part~=receipt]')} != null")
    assert press.decisions() == ["refused", "given"]


def test_a_number_is_taken(visit, press):
    visit.open()
    field = PARTS.format("sms", "#address")
    visit.until(f"{field} != null")
    visit.ask(f"Object.assign({field}, {{value: '13800138000'}})")
    visit.press_("[part~=submit]", "sms")
    visit.until(f"{PARTS.format('sms', 'dl')} != null")
    assert [entry["kind"] for entry in press.entries()] == ["opt-out"]


def test_agreeing_sends_the_form(visit, press, tmp_path):
    press.publish(*sign_up.published(sign_up.write_docs(tmp_path / "docs", versions=2, more="等")))
    visit.open("/sign-up?attributes=documents%3D%22terms%22%20agreed%3D%22terms@1%22")
    visit.press_("[part~=redline] summary", "agree")
    visit.until(f"{PARTS.format('agree', 'ins')} != null")
    assert visit.ask("document.forms[0].checkValidity()") is False
    visit.ask("document.querySelector('[name=name]').value = 'tea'")
    visit.press_("#agree", "agree")
    visit.press_("[part~=agree]", "agree")
    visit.until("location.pathname === '/account' && document.body?.innerText")
    (entry,) = press.entries()
    assert entry["id"] in visit.ask("document.body.innerText")
