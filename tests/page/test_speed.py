"""How quick the page is: printed, since a shared machine's clock says nothing about the code."""

import time
from statistics import median

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Open

pytestmark = pytest.mark.browser

STEP = """async (value) => {
    const names = () => document.querySelector(".names").textContent;
    const slider = document.querySelector("#temperature"), before = names();
    const began = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (names() === before && performance.now() - began < 5000) {
        await new Promise(requestAnimationFrame);
    }
    return performance.now() - began;
}"""


def test_names_are_there_soon_and_follow_the_slider(
    open_page: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.perf_counter()
    page = open_page("#seed=42")
    expect(page.locator(".name-card > .name")).to_have_count(20)
    opened = 1000 * (time.perf_counter() - began)
    steps = [page.evaluate(STEP, value) for value in (0.5, 0.6, 0.7, 0.8, 0.9)]
    assert max(steps) < 5000
    with capsys.disabled():
        print(f" names after {opened:.0f} ms; a slider's step in {median(steps):.0f} ms")  # noqa: T201
