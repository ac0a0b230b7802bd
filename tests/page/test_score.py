"""Scoring names that are pasted in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Open

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


def names_of(page: Page) -> list[str]:
    return page.locator("tbody .name").all_inner_texts()


def pasted(page: Page, *names: str) -> Page:
    page.locator("#typed").fill("\n".join(names))
    expect(page.locator("tbody tr")).to_have_count(len([each for each in names if each.strip()]))
    return page


def test_a_list_is_scored_and_the_odd_letter_marked(open_page: Open) -> None:
    page = pasted(open_page("#tab=score"), "Elisabth", "", "Emma", "R2D2")
    expect(page.locator("tbody tr").first.locator("mark")).to_have_text("t")
    expect(page.locator("tbody tr").first).to_contain_text("where e was likelier (90 %)")
    expect(page.locator("tbody tr").nth(1).locator(".figure")).to_have_text("67 %")
    expect(page.locator("tbody tr").nth(2)).to_contain_text("DIGIT TWO")


def test_rows_are_sorted_by_each_column_either_way(open_page: Open) -> None:
    page = pasted(open_page("#tab=score"), "Xqzt", "Emma", "R2D2", "Mia")
    assert names_of(page) == ["Xqzt", "Emma", "R2D2", "Mia"]
    page.get_by_role("button", name="Plausibility").click()
    assert names_of(page) == ["Xqzt", "Mia", "Emma", "R2D2"]
    page.get_by_role("button", name="Plausibility").click()
    assert names_of(page) == ["Emma", "Mia", "Xqzt", "R2D2"]
    heading = page.locator("th", has_text="Plausibility")
    expect(heading).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Name", exact=False).first.click()
    assert names_of(page) == ["Emma", "Mia", "R2D2", "Xqzt"]


def test_what_is_pasted_is_text_and_nothing_else(open_page: Open, tmp_path: Path) -> None:
    page = pasted(open_page("#tab=score"), HOSTILE, 'a"b,c')
    expect(page.locator("tbody .name").first).to_have_text(HOSTILE)
    assert page.locator("tbody img").count() == 0
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV").click()
    downloading.value.save_as(tmp_path / "scores.csv")
    assert '"a""b,c",,' in (tmp_path / "scores.csv").read_text()


def test_a_link_cannot_bring_markup_either(open_page: Open) -> None:
    page = open_page(f"#seed=5&kept=0:{HOSTILE}")
    expect(page.locator(".name-card.kept > .name")).to_have_text(HOSTILE)
    assert page.locator("main img").count() == 0


def test_full_names_of_anybody_are_one_of_the_lists(open_page: Open) -> None:
    page = pasted(open_page("#tab=score"), "Anna Smith")
    expect(page.locator("tbody th")).to_have_text("annasmith")
    page.get_by_role("radio", name="Full names").check()
    expect(page.locator("tbody th")).to_have_text("Anna Smith")
    expect(page.locator("tbody tr .why")).to_have_text(
        "both parts are in the lists it learned from"
    )
    page.wait_for_timeout(400)
    page.reload()
    expect(page.get_by_role("radio", name="Full names")).to_be_checked()
    page.get_by_role("radio", name="Girls").check()
    expect(page.get_by_role("radio", name="Full names")).not_to_be_checked()


def test_a_name_is_not_broken_on_a_phone(open_page: Open) -> None:
    page = open_page("#tab=score", viewport={"width": 360, "height": 740})
    pasted(page, "wangxiaoming", "Mia")
    lines = """el => {
        const range = document.createRange();
        range.selectNodeContents(el);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    }"""
    assert page.locator("tbody .name").first.evaluate(lines) == 1


def test_full_names_are_scored_part_by_part(open_page: Open) -> None:
    page = pasted(open_page("#tab=score&model=girls&surname=true"), "Emma Smith", "Emma")
    expect(page.locator("tbody tr").first.locator(".figure")).to_have_text(re.compile(r"\d\d %"))
    expect(page.locator("tbody tr").nth(1)).to_have_class("unscored")
