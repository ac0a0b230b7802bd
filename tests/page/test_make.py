"""Making names: the controls, the seed, what is kept, and what is taken away."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import Open

pytestmark = pytest.mark.browser

LONGEST = "a" * 31


def names_of(page: Page) -> list[str]:
    """The names that are shown, once they are those of the settings."""
    expect(page.locator(".results[aria-busy=false] .name-card .name").first).to_be_visible()
    return page.locator(".name-card > .name").all_inner_texts()


def wait_for_others(page: Page, names: list[str]) -> list[str]:
    expect(page.locator(".name-card > .name").first).not_to_have_text(names[0])
    return names_of(page)


def said(page: Page) -> dict[str, list[str]]:
    """What the address says, once it has followed the settings."""
    page.wait_for_timeout(400)
    return parse_qs(page.url.partition("#")[2])


def slide(page: Page, name: str, value: str) -> None:
    page.locator(f"#{name}").fill(value)


def served(site: str, **parameters: object) -> list[str]:
    more = {"case": "title", "unique": True, **parameters}
    names: list[str] = httpx.get(f"{site}/names", params=more).json()["names"]
    return names


def test_names_are_there_at_once_and_are_those_of_the_service(open_page: Open, site: str) -> None:
    page = open_page()
    names = names_of(page)
    assert len(names) == 20
    assert names == served(site, seed=said(page)["seed"][0])


def test_a_slider_changes_the_names_and_the_address(open_page: Open, site: str) -> None:
    page = open_page("#seed=7")
    before = names_of(page)
    slide(page, "temperature", "0.5")
    after = wait_for_others(page, before)
    assert after == served(site, seed=7, temperature=0.5)
    assert said(page) == {"seed": ["7"], "temperature": ["0.5"]}


def test_of_many_steps_of_a_slider_the_last_one_wins(open_page: Open, site: str) -> None:
    page = open_page("#seed=7")
    before = names_of(page)
    for step in range(40):
        slide(page, "temperature", f"{step / 20:.2f}")
    wait_for_others(page, before)
    page.wait_for_timeout(200)
    assert names_of(page) == served(site, seed=7, temperature=1.95)


def test_a_slider_that_goes_on_and_on_changes_the_address_a_few_times_a_second(
    open_page: Open,
) -> None:
    page = open_page("#seed=7")
    names_of(page)
    page.evaluate("""() => {
        window.changes = 0;
        const put = history.replaceState.bind(history);
        history.replaceState = (...values) => { window.changes += 1; put(...values); };
    }""")
    for step in range(100):
        slide(page, "temperature", f"{step % 40 / 20:.2f}")
    assert said(page)["temperature"] == ["0.95"]
    assert page.evaluate("window.changes") < 50


def test_lengths_take_each_other_with_them(open_page: Open) -> None:
    page = open_page("#seed=7")
    names_of(page)
    slide(page, "max_length", "5")
    slide(page, "min_length", "6")
    expect(page.locator("#max_length")).to_have_value("6")
    expect(page.locator(".name-card > .name").first).to_have_text(re.compile(r"^\w{6}$"))
    assert {len(name) for name in names_of(page)} == {6}


def test_a_locked_seed_and_its_names_are_there_after_a_reload(open_page: Open) -> None:
    page = open_page("#seed=11")
    first = names_of(page)
    page.get_by_role("button", name="Lock the seed").click()
    page.get_by_role("button", name="New names").click()
    second = wait_for_others(page, first)
    assert said(page) == {"seed": ["11"], "locked": ["true"], "offset": ["20"]}
    page.reload()
    assert names_of(page) == second
    expect(page.get_by_role("button", name="Lock the seed")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_new_names_of_an_open_seed_are_those_of_another(open_page: Open) -> None:
    page = open_page("#seed=11")
    wait = names_of(page)
    page.get_by_role("button", name="New names").click()
    wait_for_others(page, wait)
    assert said(page)["seed"] != ["11"]


def test_a_shared_link_brings_the_same_names(open_page: Open) -> None:
    page = open_page("#seed=5&model=girls&surname=true&temperature=0.7&n=10")
    names = names_of(page)
    page.locator(".name-card").nth(3).get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="New names").click()
    others = wait_for_others(page, names)
    assert others[3] == names[3]
    assert not set(others[:3]) & set(names)
    page.get_by_role("button", name="Share").click()
    link = page.evaluate("navigator.clipboard.readText()")
    friend = open_page("#" + link.partition("#")[2])
    assert names_of(friend) == others
    assert all(" " in name for name in others)
    expect(friend.locator(".name-card.kept")).to_have_count(1)
    expect(friend.locator(".name-card.kept .figure")).to_have_text(re.compile(r"\d %"))


def test_an_address_that_says_nonsense_is_passed_over(open_page: Open) -> None:
    page = open_page(
        "#seed=x&temperature=hot&n=-3&min_length=99&kept=boo&kept=a:b&tab=none&locked=2"
    )
    assert len(names_of(page)) == 20
    assert list(said(page)) == ["seed"]


@pytest.mark.parametrize("tab", ["make", "score", "inside"])
def test_a_link_with_an_unknown_list_says_so_once_and_leads_to_the_usual_one(
    open_page: Open, tab: str
) -> None:
    page = open_page(f"#seed=5&model=nope&tab={tab}&kept=0:Ann", expected=("404",))
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text(
        re.compile("no list “nope”")
    )
    expect(page.locator(".empty", has_text="No names like that")).to_have_count(0)
    page.get_by_role("button", name="Use the usual list").click()
    page.locator("#tab-make").click()
    assert len(names_of(page)) == 20
    expect(page.get_by_role("radio", name="Everyone")).to_be_checked()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_filter_that_is_at_fault_is_said_beside_it(open_page: Open) -> None:
    page = open_page("#seed=5", expected=("422",))
    names_of(page)
    page.locator("#pattern").fill("[a")
    expect(page.locator("#pattern-note")).to_contain_text("position")
    expect(page.locator("#pattern")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("field", ["starts_with", "ends_with", "contains"])
def test_a_character_that_the_list_lacks_is_said_once_in_words_and_moves_no_field(
    open_page: Open, field: str
) -> None:
    page = open_page("#seed=5", expected=("422",), viewport={"width": 1440, "height": 900})
    names_of(page)
    before = page.locator(f"#{field}").bounding_box()
    page.locator(f"#{field}").fill("É")
    expect(page.locator(f"#{field}-note")).to_have_text("This list has no é.")
    expect(page.locator(".empty p").first).to_contain_text("What is wrong is said below")
    expect(page.get_by_text("U+00E9")).to_have_count(0)
    assert page.locator(f"#{field}").bounding_box() == before
    boxes = [page.locator(f"#{each}").bounding_box() for each in ("starts_with", "ends_with")]
    assert len({(box["y"], box["width"], box["height"]) for box in boxes if box}) == 1


def test_what_only_new_names_are_is_said_beside_it(open_page: Open) -> None:
    page = open_page("#seed=5")
    names_of(page)
    expect(page.get_by_role("checkbox", name="Only new names")).to_have_accessible_description(
        "Those it did not learn from; some may still be real."
    )


def test_where_there_is_no_name_it_says_so_and_what_to_do(open_page: Open) -> None:
    page = open_page(
        "#seed=5&contains=zzzzzzzzzzzzzzzzzzzzzzzzzzzzz&max_length=4", expected=("422",)
    )
    page.get_by_role("button", name="Clear length and letters").click()
    assert len(names_of(page)) == 20


def test_a_name_is_looked_into(open_page: Open, site: str) -> None:
    page = open_page("#seed=5")
    name = names_of(page)[0]
    page.locator(".name-card > .name").first.click()
    letters = page.locator(".strip .place")
    expect(letters).to_have_count(len(name) + 1)
    explained = httpx.get(f"{site}/score", params={"name": name, "explain": True}).json()
    place = explained["results"][0]["explanation"]["places"][1]
    favourite = place["preferred"][0]["character"]
    expect(letters.nth(1).locator(".preferred b").first).to_have_text(favourite or "end")
    page.locator(".name-card > .name").first.click()
    expect(letters).to_have_count(0)


@pytest.mark.parametrize(
    ("model", "name", "said"),
    [
        ("#model=girls", "Emma", "A real name: the model learned from it."),
        ("#model=girls&surname=true", "Emma Smith", "Both parts are real names: "),
    ],
)
def test_of_a_real_name_it_is_said_what_is_real(
    open_page: Open, model: str, name: str, said: str
) -> None:
    page = open_page(f"{model}&seed=5&kept=0:{name}")
    page.get_by_role("button", name=f"{name}: why?", exact=True).click()
    expect(page.locator(".explanation .hint")).to_contain_text(said)


def test_buttons_are_called_by_what_they_do_and_are_large_enough(open_page: Open) -> None:
    page = open_page("#seed=5&kept=0:Ann")
    names_of(page)
    for name, pressed in [("Keep Ann in its place", "true"), ("Favourite Ann", "false")]:
        expect(page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", pressed)
    for button in page.locator(".tools button").all()[:3]:
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 32


WORDS = """el => {
    const lines = (text, start, end) => {
        const range = document.createRange();
        range.setStart(text, start);
        range.setEnd(text, end);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    };
    return [...el.firstChild.data.matchAll(/\\S+/g)].map(
        (word) => lines(el.firstChild, word.index, word.index + word[0].length));
}"""
"""On how many lines each word of an element is."""


def test_a_name_breaks_between_its_words(open_page: Open) -> None:
    page = open_page("#seed=5&surname=true&kept=0:Livieartheria Rowlynwoodson")
    names_of(page)
    for width in (360, 1000, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".name-card > .name").first.evaluate(WORDS) == [1, 1]


def test_favourites_stay_in_the_browser(open_page: Open) -> None:
    page = open_page("#seed=5")
    name = names_of(page)[1]
    page.get_by_role("button", name=f"Favourite {name}").click()
    page.reload()
    expect(page.locator(".favourites .chip .name")).to_have_text([name])
    page.get_by_role("button", name=f"Remove {name} from favourites").click()
    page.reload()
    expect(page.locator(".favourites .chip")).to_have_count(0)


def test_one_is_copied_or_all_or_downloaded(open_page: Open, tmp_path: Path) -> None:
    page = open_page("#seed=5")
    names = names_of(page)
    page.get_by_role("button", name=f"Copy {names[2]}", exact=True).click()
    expect(page.locator(".toast")).to_have_text(f"{names[2]} copied")
    assert page.evaluate("navigator.clipboard.readText()") == names[2]
    page.get_by_role("button", name="Copy all").click()
    expect(page.locator(".toast")).to_have_text("20 names copied")
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == names
    with page.expect_download() as downloading:
        page.locator(".toolbar").get_by_role("button", name="CSV").click()
    downloading.value.save_as(tmp_path / "names.csv")
    heading, *rows = (tmp_path / "names.csv").read_text().splitlines()
    assert heading == "name,plausibility"
    assert [row.partition(",")[0] for row in rows] == names


def test_a_name_as_long_as_can_be_fits(open_page: Open) -> None:
    kept = json.dumps(LONGEST)[1:-1]
    page = open_page(f"#seed=5&kept=0:{kept}", viewport={"width": 360, "height": 740})
    assert names_of(page)[0] == LONGEST
    page.locator(".name-card > .name").first.click()
    expect(page.locator(".strip .place")).to_have_count(32)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_names_in_another_alphabet(open_page: Open) -> None:
    page = open_page("#seed=5&model=russian&starts_with=ма")
    for name in names_of(page):
        assert re.fullmatch("Ма[а-я]*", name)
    page.locator(".name-card > .name").first.click()
    expect(page.locator(".strip .letter").first).to_have_text("м")
