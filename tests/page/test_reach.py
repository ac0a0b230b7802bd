"""Who can use it, and when: by keyboard alone, with a key, with a service that stops."""

import signal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.key_file import new_key
from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from tests.conftest import ROOT, serving
from tests.page.conftest import NEWEST, Open
from tests.page.test_make import names_of, wait_for_others
from tests.processes import Server

pytestmark = pytest.mark.browser

SHOTS = ROOT / "build" / "screenshots"
TABS = ("make", "score", "inside")
PATIENCE = 10_000
"""Milliseconds that the page waits for an answer, as in service.js."""
AXE_AT = 1440
"""The width at which there is most to see; it takes seconds for each tab."""


def show(page: Page, tab: str) -> None:
    """All that a tab has to show."""
    if tab == "make":
        names_of(page)
        page.locator(".name-card > .name").nth(1).click()
        expect(page.locator(".strip")).to_be_visible()
        page.locator('[title="Favourite"]').nth(2).click()
        page.locator('[title="Keep in its place"]').nth(3).click()
    elif tab == "score":
        page.get_by_role("button", name="Try some examples").click()
        expect(page.locator("tbody tr")).to_have_count(5)
    else:
        expect(page.locator(".heatmap")).to_be_visible()
        expect(page.locator(".track")).to_be_visible()
        page.wait_for_timeout(300)  # in which plots grow


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_is_for_everybody_at_every_size(open_page: Open, width: int, scheme: str) -> None:
    """Axe finds nothing, nothing is wider than the screen, and there is a picture to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page = open_page(
        "#seed=42&model=mlp", viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    for tab in TABS:
        page.locator(f"#tab-{tab}").click()
        show(page, tab)
        page.screenshot(path=SHOTS / f"{tab}-{width}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        if width != AXE_AT:
            continue
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_lists_have_one_order_on_every_tab(open_page: Open) -> None:
    page = open_page("#seed=42")
    orders = []
    for tab in TABS:
        page.locator(f"#tab-{tab}").click()
        names = page.locator(".chips").first.get_by_role("radio")
        expect(names.first).to_be_visible()
        labels = page.locator(".chips").first.locator(".choice").all_inner_texts()
        orders.append(labels[:5])
    assert orders == [["Everyone", "Boys", "Girls", "Surnames", "World"]] * 3


def test_on_a_phone_there_are_names_at_once_and_controls_are_a_press_away(open_page: Open) -> None:
    page = open_page("#seed=42", viewport={"width": 360, "height": 740})
    names_of(page)
    box = page.locator(".name-card").nth(2).bounding_box()
    assert box
    assert box["y"] + box["height"] < 740
    expect(page.locator("#temperature")).to_be_hidden()
    page.get_by_text("Whose names, and how wild").click()
    expect(page.locator("#temperature")).to_be_visible()
    page.get_by_text("Length and letters").click()
    page.locator("#contains").fill("a")
    page.locator("#contains").fill("")
    expect(page.locator("#contains")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.get_by_text("Whose names, and how wild")).to_be_hidden()
    expect(page.locator("#temperature")).to_be_visible()


def test_it_is_used_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("#seed=42")
    before = names_of(page)

    def focused() -> str:
        text = "el => el.getAttribute('aria-label') ?? el.textContent"
        label: str = page.locator("*:focus").evaluate(text)
        return label

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if name in focused():
                return
        raise AssertionError(f"no way to {name}")

    tab_to("Make")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#typed")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    tab_to("New names")
    page.keyboard.press("Enter")
    after = wait_for_others(page, before)
    tab_to(f"{after[0]}: why?")
    page.keyboard.press("Space")
    expect(page.locator(".strip")).to_be_visible()
    tab_to(f"Keep {after[0]}")
    page.keyboard.press("Enter")
    expect(page.locator(".name-card.kept")).to_have_count(1)


def test_nothing_moves_for_whoever_wants_it_still(open_page: Open) -> None:
    page = open_page("#seed=42", reduced_motion="reduce")
    names_of(page)
    seconds = "el => getComputedStyle(el).transitionDuration"
    assert page.locator(".bar span").first.evaluate(seconds) == "0s"


def test_a_service_that_stops_is_said_and_the_page_recovers(
    open_page: Open, tmp_path: Path
) -> None:
    server = Server(tmp_path)
    port = int(server.url.rpartition(":")[2])
    page = open_page("#seed=42", url=server.url, expected=("ERR_", "Failed to load"))
    before = names_of(page)
    server.stop()
    page.locator("#temperature").fill("0.4")
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
    assert names_of(page) == before
    again = Server(tmp_path, port=port)
    try:
        after = wait_for_others(page, before)
        assert after != before
        expect(page.get_by_role("alert")).to_have_count(0)
    finally:
        again.stop()


def test_a_service_that_takes_questions_and_never_answers_is_said_too(
    open_page: Open, tmp_path: Path
) -> None:
    server = Server(tmp_path)
    page = open_page("#seed=42", url=server.url, expected=("ERR_", "Failed to load"))
    before = names_of(page)
    server.process.send_signal(signal.SIGSTOP)
    try:
        page.locator("#temperature").fill("0.4")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("The service does not answer", timeout=PATIENCE + NEWEST)
        server.process.send_signal(signal.SIGCONT)
        assert wait_for_others(page, before) != before
        expect(alert).to_have_count(0)
    finally:
        server.process.send_signal(signal.SIGCONT)
        server.stop()


def test_a_key_is_asked_for_and_kept_for_the_session(
    open_page: Open, tiny_model: Model, tmp_path: Path
) -> None:
    key, line = new_key("alice")
    (tmp_path / "keys").write_text(line)
    settings = Settings(api_keys_file=tmp_path / "keys")
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"), settings)) as url:
        page = open_page("#seed=1", url=url, expected=("401",))
        page.get_by_label("This service asks for a key").fill("nw_wrong")
        page.get_by_role("button", name="Use it").click()
        page.get_by_label("This service asks for a key").fill(key)
        page.get_by_role("button", name="Use it").click()
        expect(page.locator(".name-card > .name").first).to_be_visible()
        page.reload()
        expect(page.locator(".name-card > .name").first).to_be_visible()
        assert key not in page.url
        assert page.evaluate("localStorage.length") <= 1
