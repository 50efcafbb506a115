"""What becomes of a yes when its form is cancelled, emptied, or taken away."""

import pytest
from playwright.sync_api import expect

from .press import CHOICES, wait_for

TERMS = 'documents="terms"'
STAY = "document.forms[0].addEventListener('submit', e => e.preventDefault())"
RESET = "document.forms[0].reset()"
ENDS = [RESET, "document.forms[0].remove()", "form.one.replaceWith(form.one.cloneNode(true))"]
"""Emptied; the view closed; made anew, as frameworks do for a new `key` or another branch."""


@pytest.fixture
def named(form):
    """So that the page's scripts above can be short."""
    form.page.add_init_script(
        """addEventListener('DOMContentLoaded', () => { const [form] = document.forms;
        if (form) window.form = { one: form.querySelector('clausepress-agree') }; });"""
    )
    return form


def agree(form):
    form.box.check()
    form.go.click()


def hold(form, count):
    """The first requests are kept waiting."""
    held = []
    form.page.route(CHOICES, lambda r: r.continue_() if len(held) == count else held.append(r))
    return held


def arrive(form, held, count):
    wait_for(lambda: form.page.evaluate("1") and len(held) == count)


def on_record(form, press, *decisions):
    wait_for(lambda: form.page.evaluate("1") and len(press.entries()) >= len(decisions))
    assert press.decisions() == list(decisions)


@pytest.mark.parametrize("end", ENDS)
def test_ended_while_it_is_recorded_it_is_taken_back(named, press, end):
    held = hold(named, 2)
    named.visit()
    agree(named)
    arrive(named, held, 2)
    named.page.evaluate(end)
    for route in held:
        route.continue_()
    on_record(named, press, "given", "given", "withdrawn", "withdrawn")
    assert named.told("clausepress-agree") == []
    if end == RESET:
        expect(named.box).not_to_be_checked()


@pytest.mark.parametrize("end", ENDS)
def test_ended_after_a_lost_answer_it_is_taken_back(named, press, end):
    def lose(route):
        if '"privacy"' not in route.request.post_data:
            return route.continue_()
        route.fetch()
        return route.abort()

    named.page.route(CHOICES, lose)
    named.visit()
    agree(named)
    expect(named.status).to_contain_text("没有登记成功")
    named.page.unroute(CHOICES)
    named.page.evaluate(end)
    on_record(named, press, "given", "given", "withdrawn", "withdrawn")


@pytest.mark.parametrize("end", ENDS)
def test_what_the_page_was_told_of_stands(named, press, end):
    named.visit(TERMS)
    named.page.evaluate(STAY)
    named.page.evaluate(f"addEventListener('clausepress-agree', () => {end})")
    agree(named)
    named.page.wait_for_function("told.some(([name]) => name === 'clausepress-agree')")
    named.page.wait_for_timeout(100)
    on_record(named, press, "given")


def test_taken_away_at_its_receipt_it_is_taken_back(named, press):
    named.visit()
    named.page.evaluate("addEventListener('clausepress-receipt', () => form.one.remove())")
    agree(named)
    on_record(named, press, "given", "given", "withdrawn", "withdrawn")


def test_a_view_that_is_closed_after_a_no_leads_nowhere(form, press):
    held = hold(form, 1)
    form.visit(f'{TERMS} leave="/away"')
    agree(form)
    arrive(form, held, 1)
    form.no.click()
    expect(form.status).to_contain_text("您没有同意")
    form.page.evaluate(ENDS[1])
    held[0].continue_()
    on_record(form, press, "given", "withdrawn")
    form.page.wait_for_timeout(100)
    assert "/sign-up" in form.page.url


def test_a_page_from_the_cache_asks_anew(form, press):
    form.visit(TERMS)
    form.page.evaluate(STAY)
    agree(form)
    expect(form.status).to_have_text("您的同意已登记。")
    form.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(form.box).not_to_be_checked()
    assert form.element.evaluate("e => e.value") == ""
    on_record(form, press, "given")


def test_the_next_person_need_not_wait_for_what_the_form_was_emptied_of(form, press):
    held = hold(form, 1)
    form.visit(TERMS)
    form.page.evaluate(STAY)
    agree(form)
    arrive(form, held, 1)
    form.page.get_by_role("button", name="Reset").click()
    form.page.get_by_label("Name").fill("tea")
    agree(form)
    expect(form.status).to_have_text("您的同意已登记。")
    held[0].continue_()
    on_record(form, press, "given", "given", "withdrawn")
    assert form.element.evaluate("e => e.value") == press.entries()[0]["id"]
    assert len(form.told("clausepress-agree")) == 1


def test_the_same_person_waits_for_what_another_element_has_to_take_back(named, press):
    """Else that, coming later, would end the newer yes."""
    held = hold(named, 1)
    named.visit(f'{TERMS} subject="{"s" * 22}"')
    named.page.evaluate(STAY)
    agree(named)
    arrive(named, held, 1)
    named.page.evaluate(ENDS[-1])
    named.no.click()
    agree(named)  # on second thoughts
    expect(named.status).to_have_text("正在登记您的同意……")
    held[0].continue_()
    on_record(named, press, "given", "withdrawn", "given")
    assert named.told("clausepress-refuse") == []


def test_removed_and_added_again_it_asks_anew(form):
    form.visit()
    form.box.check()
    form.element.evaluate("e => { window.kept = e; e.remove(); }")
    assert form.page.evaluate("kept.querySelector('input').disabled") is False
    assert form.page.evaluate("kept.querySelector('button').name") == "plain"
    form.page.evaluate("document.querySelector('fieldset').append(kept)")
    expect(form.box).not_to_be_checked()
    agree(form)
    assert len([v for k, v in form.posted() if k == "agreement"]) == 2


def test_only_moved_it_goes_on(named, press):
    held = hold(named, 2)
    named.visit()
    agree(named)
    arrive(named, held, 2)
    move = "document.forms[0].prepend(form.one)"
    named.page.evaluate(f"addEventListener('clausepress-receipt', () => {move}); {move}")
    for route in held:
        route.continue_()
    assert {v for k, v in named.posted() if k == "agreement"} == {e["id"] for e in press.entries()}
    on_record(named, press, "given", "given")


def test_moved_to_another_form_it_sends_that_only_when_asked_to(named, press):
    held = hold(named, 2)
    named.visit()
    agree(named)
    arrive(named, held, 2)
    named.page.evaluate(
        """() => { const other = document.createElement('form');
        Object.assign(other, { method: 'post', action: '/account' });
        document.forms[0].after(other); other.append(form.one); }"""
    )
    for route in held:
        route.continue_()
    expect(named.status).to_have_text("您的同意已登记。")
    named.go.click()
    assert len(named.posted()) == 2
    on_record(named, press, "given", "given")


def add_cancel(form, how):
    form.page.evaluate(
        """how => { window.sent = [];
        document.forms[0].insertAdjacentHTML('beforeend',
          `<button name="act" value="cancel" ${how}>Cancel</button>`);
        document.forms[0].addEventListener('submit', (event) => { event.preventDefault();
          const { target, submitter } = event;
          sent.push([...new FormData(target, submitter)].map(([name]) => name)); }); }""",
        how,
    )
    return form.page.get_by_role("button", name="Cancel")


@pytest.mark.parametrize("how", ["formnovalidate", "formmethod=dialog"])
def test_a_button_that_cancels_is_no_yes(form, press, how):
    form.visit(TERMS)
    cancel = add_cancel(form, how)
    form.box.check()
    cancel.click()
    assert press.entries() == []
    form.go.click()
    form.page.wait_for_function("sent.length === 2")
    cancel.click()
    form.go.click()
    no, yes = ["name", "act"], ["name", "agreement"]
    assert form.page.evaluate("sent.map((names) => names.sort())") == [sorted(no), sorted(yes)] * 2
    on_record(form, press, "given")


def test_cancelled_while_it_is_recorded_it_is_taken_back(form, press):
    held = hold(form, 1)
    form.visit(TERMS)
    cancel = add_cancel(form, "formnovalidate")
    agree(form)
    arrive(form, held, 1)
    cancel.click()
    expect(form.status).to_be_empty()
    held[0].continue_()
    on_record(form, press, "given", "withdrawn")
    assert form.page.evaluate("sent.length") == 1
    assert form.told("clausepress-agree") == []


def test_a_form_without_validation_still_asks(form, press):
    form.visit(TERMS)
    form.page.evaluate(
        """() => { const [form] = document.forms;
        form.noValidate = true; form.append(document.createElement('button')); }"""
    )
    form.box.check()
    form.page.locator("form > button").click()
    posted = form.posted()
    assert ["agreement", press.entries()[0]["id"]] in posted
