"""The inside of a model, drawn from the service's own data."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.page.conftest import Open

pytestmark = pytest.mark.browser


def test_the_heat_map_has_the_counts_of_the_service(open_page: Open, site: str) -> None:
    page = open_page("#tab=inside&model=bigram")
    inside = httpx.get(f"{site}/models/bigram/inside").json()
    count = inside["pairs"]["counts"][0][1]
    cell = page.locator('.heatmap td[data-row="0"][data-column="1"]')
    expect(cell).to_have_text(str(count))
    cell.hover()
    expect(page.locator(".pointed")).to_have_text(f"A name begins with a {count:,} times")


def test_plots_are_drawn_and_an_embedding_where_there_is_one(open_page: Open) -> None:
    page = open_page("#tab=inside")
    expect(page.get_by_role("img", name="Most names have 6 letters")).to_be_visible()
    page.get_by_role("button", name="Look at mlp").click()
    expect(page.get_by_role("img", name="The letters as points")).to_be_visible()
    blank = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
        .data.every((value) => value === 0)"""
    page.wait_for_timeout(400)
    for canvas in page.locator("canvas").all():
        assert not canvas.evaluate(blank)


def test_every_model_is_in_the_table(open_page: Open, site: str) -> None:
    page = open_page("#tab=inside")
    models = httpx.get(f"{site}/models").json()["models"]
    rows = page.locator('section[aria-labelledby="models"] tbody tr')
    expect(rows).to_have_count(len(models))
    expect(rows.first.locator("th")).to_have_text("Everyone (lstm)")
    expect(rows.nth(1).locator("th")).to_have_text("Boys")


def test_what_is_wider_than_a_phone_fades_where_there_is_more(open_page: Open) -> None:
    page = open_page("#tab=inside", viewport={"width": 360, "height": 740})
    table = page.get_by_role("group", name="Which letter follows which")
    expect(table).to_have_class("scroll beyond")
    table.evaluate("el => el.scrollBy(50, 0)")
    expect(table).to_have_class("scroll beyond before")
    table.evaluate("el => el.scrollBy(5000, 0)")
    expect(table).to_have_class("scroll before")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(table).to_have_class("scroll")


def test_a_name_walks_through_the_automaton(open_page: Open, site: str) -> None:
    page = open_page("#tab=inside&model=mlp", expected=("422",))
    page.locator("#followed").fill("Anna")
    states = page.locator(".state")
    expect(states).to_have_count(5)
    steps = httpx.get(f"{site}/models/mlp/steps", params={"name": "Anna"}).json()["steps"]
    expect(states.nth(3).locator(".number")).to_have_text(f"{steps[3]['state']:,}")
    states.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".expectation")).to_contain_text("remembers “ann”")
    page.locator("#followed").fill("Anna2")
    expect(page.locator("#followed-note")).to_contain_text("DIGIT TWO")
    expect(states).to_have_count(0)
    page.locator("#followed").fill("Ann")
    expect(states).to_have_count(4)
    page.locator("#followed").fill(" ")
    expect(states).to_have_count(0)
