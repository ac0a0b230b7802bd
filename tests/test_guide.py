"""The guide is built strictly, and needs nothing that is not in it."""

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from app.main import create_app
from app.settings import Settings
from guide import pages, pictures, svg
from guide.site import GuideError, build
from namewright import Model, Registry
from tests.conftest import ROOT, serving

ATTRIBUTE = re.compile(r'<(?!/)(\w+)\b[^>]*?\s(?:href|src)="([^"]*)"')
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
TEXT = re.compile(r"<text[^>]*>(.*?)</text>|<!-- (.*?) -->")
LOADS = {"script", "link", "img", "source", "iframe", "object", "embed"}
"""Elements that a browser asks for by itself."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide") / "site"
    build(folder)
    return folder


def test_every_page_of_docs_is_in_the_navigation(site: Path) -> None:
    home = (site / "index.html").read_text()
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        assert f'href="./{name}"' in home or f'href="{name}"' in home, name


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    loaded = 0
    for page in site.rglob("*.html"):
        for element, address in ATTRIBUTE.findall(page.read_text()):
            if element in LOADS and not address.startswith("data:"):
                assert not re.match(r"\w+:|//", address), (page, address)
                loaded += 1
    assert loaded > 100
    for style in site.rglob("*.css"):
        assert not re.search(r"@import|url\(['\"]?(?:https?:)?//", style.read_text()), style


def test_the_policy_stops_nothing_that_is_written_into_a_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = re.sub(r"<code.*?</code>", "", page.read_text(), flags=re.DOTALL)
        written = re.search(r"<style|<[^>]+\sstyle=|<script>|<[^>]+\son\w+=", text)
        assert not written, (page, written)


@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium")
def test_a_browser_stops_nothing_of_it(site: Path, tiny_model: Model) -> None:
    """Scripts make elements too, which only a browser shows."""
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(guide_dir=site))
    quietly = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    with serving(app) as url:
        page = [*quietly, "--virtual-time-budget=4000", "--dump-dom", f"{url}/guide/science.html"]
        result = subprocess.run(
            [str(CHROMIUM), *page], capture_output=True, text=True, check=True, timeout=60
        )
    assert "CONSOLE" not in result.stderr
    assert re.search(r"<html[^>]* class=\"js", result.stdout), "scripts ran"


def test_every_link_leads_somewhere(site: Path) -> None:
    """Zensical looks at links in Markdown; this looks at what came of them."""
    texts = {page.relative_to(site).as_posix(): page.read_text() for page in site.rglob("*.html")}
    for name, text in texts.items():
        if name == "404.html":
            continue
        for _, address in ATTRIBUTE.findall(text):
            target = urlsplit(urljoin(f"/{name}", unescape(address)))
            if target.scheme or target.netloc:
                continue
            path = unquote(target.path).lstrip("/") or "index.html"
            assert (site / path).is_file(), (name, address)
            if target.fragment and path in texts and not target.fragment.startswith("__"):
                assert f'id="{unquote(target.fragment)}"' in texts[path], (name, address)


def test_a_line_of_code_that_a_page_names_is_an_anchor(site: Path) -> None:
    text = (site / "lectures.html").read_text()
    places = re.findall(r'href="(source/[\w/.]+)#(__codelineno-0-\d+)"', text)
    assert len(places) > 20
    for path, anchor in places:
        assert f'id="{anchor}"' in (site / path).read_text(), (path, anchor)


def test_the_references_have_every_call_and_every_parameter(site: Path) -> None:
    calls = (site / "reference" / "http-api.html").read_text()
    for call in ("GET /names", "POST /score", "GET /models/{model}"):
        assert call in calls
    assert "<td><code>min_length</code></td>" in calls
    library = (site / "reference" / "python.html").read_text()
    assert "Below 1 safer, above 1 wilder" in library
    assert "The root: catch this to catch all that the library raises" in library


def test_pictures_are_of_what_is_measured_today() -> None:
    for name, drawn in pictures.DRAWN.items():
        there = (pictures.PICTURES / f"{name}.svg").read_text()
        assert TEXT.findall(svg.draw(*drawn)) == TEXT.findall(there), "python -m guide.pictures"
        assert "prefers-color-scheme: dark" in there


def test_a_link_to_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in pages.PROJECT:
        (tmp_path / name).write_text("# Nothing\n")
    (tmp_path / "docs" / "a.md").write_text("[lost](b.md)\n")
    with pytest.raises(FileNotFoundError, match=r"docs/a\.md: b\.md is no file"):
        pages.gather(tmp_path)


def test_a_warning_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = pages.gather()
    index = next(path for path in gathered if path.name == "index.md")
    lost = gathered | {index: gathered[index] + b"\n[there](http.md#no-such-heading)\n"}
    monkeypatch.setattr(pages, "gather", lambda: lost)
    with pytest.raises(GuideError, match=r"index\.md"):
        build(tmp_path / "site")


def test_the_image_is_given_all_that_the_guide_is_made_from(tmp_path: Path) -> None:
    rules = (ROOT / ".dockerignore").read_text().split()
    for rule in (rule[1:] for rule in rules if rule.startswith("!")):
        for path in ROOT.glob(rule):
            there = tmp_path / path.relative_to(ROOT)
            if not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                there.symlink_to(path)
    assert pages.gather(tmp_path) == pages.gather()
