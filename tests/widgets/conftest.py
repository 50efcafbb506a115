"""A real Clausepress server and a page of another site, for a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from . import sign_up
from .press import Press, Shop


@pytest.fixture(scope="session")
def running_press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    press = Press(tmp_path_factory.mktemp("press"))
    yield press
    press.close()


@pytest.fixture
def press(running_press: Press) -> Press:
    running_press.fresh()
    return running_press


@pytest.fixture
def shop(page: Page, press: Press) -> Iterator[Shop]:
    tab = Shop(page, press)
    yield tab
    assert not tab.errors


@pytest.fixture
def open_tab(context: BrowserContext, press: Press) -> Callable[..., Shop]:
    """Another tab of the same visitor."""
    return lambda **options: Shop(context.new_page(), press, **options)


@pytest.fixture
def form(page: Page, press: Press, tmp_path: Path) -> Iterator[sign_up.SignUp]:
    """A tab on a sign-up page, with terms and a privacy policy to agree to."""
    press.publish(*sign_up.published(sign_up.write_docs(tmp_path / "docs")))
    tab = sign_up.SignUp(page, press)
    yield tab
    assert not tab.errors
