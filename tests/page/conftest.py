"""One browser and one server for all journeys, and a page for each.

Each is held to it that nothing was asked of another host, nor complained of in the console.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from app.main import create_app
from namewright import Model, Registry
from tests.conftest import serving
from tests.page import cyrillic

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
NEWEST = 5_000
"""Milliseconds that anything may take, on a machine that does other things too."""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def models(shipped: dict[str, Model]) -> dict[str, Model]:
    """The shipped models, the first of them the default, and one of Cyrillic names."""
    return {**shipped, "russian": cyrillic.model()}


@pytest.fixture(scope="session")
def site(models: dict[str, Model]) -> Iterator[str]:
    with serving(create_app(registry=Registry(models, "lstm"))) as url:
        yield url


@contextmanager
def watched(context: BrowserContext, host: str) -> Iterator[list[str]]:
    """What was complained of, and each request to another host."""
    faults: list[str] = []

    def complained(message: ConsoleMessage) -> None:
        if message.type != "log":
            faults.append(f"{message.type}: {message.text} ({message.location})")

    context.on("console", complained)
    context.on("weberror", lambda each: faults.append(str(each.error.stack)))
    context.on(
        "request",
        lambda each: (
            None if each.url.startswith((host, "data:", "blob:")) else faults.append(each.url)
        ),
    )
    yield faults


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page; `expected` is what may be complained of, for journeys on which things fail."""
    contexts = []
    seen: list[tuple[list[str], tuple[str, ...]]] = []

    def open_page(
        fragment: str = "", *, url: str = site, expected: tuple[str, ...] = (), **options: object
    ) -> Page:
        context = browser.new_context(
            permissions=["clipboard-read", "clipboard-write"], accept_downloads=True, **options
        )
        contexts.append(context)
        context.set_default_timeout(NEWEST)
        with watched(context, url) as faults:
            seen.append((faults, expected))
            page = context.new_page()
            page.goto(f"{url}/{fragment}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    for faults, expected in seen:
        assert [each for each in faults if not any(said in each for said in expected)] == []
