"""The page, as it is served: what it is made of, what it weighs, and what it may load."""

import hashlib
import re
from base64 import b64encode

import httpx
import pytest

from app.page import FILES, takes_html
from app.static_files import STATIC

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MOST = 200_000
"""Bytes that the page is, compressed, with all that it ever loads."""
VENDORED = re.compile(r"\| `(\S+)` \| (\S+) \| \[\S+\]\((\S+)\) \| `(\S+)` \| `(\w{64})` \|")
IMPORT = re.compile(r"""(?:from|import) *\(?["']((?:\./|@|\w)[\w./-]*)["']""")


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    return client.get("/", headers=HTML).text


def test_it_is_for_who_takes_html_and_programs_are_told_where_to_look(client: httpx.Client) -> None:
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["vary"] == "accept"
    refused = client.get("/", headers={"accept": "application/json"})
    assert refused.status_code == 404
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("", True),
        ("*/*", True),
        ("text/*", True),
        ("TEXT/HTML; q=0.5, application/json", True),
        ("application/json", False),
        ("text/html;q=0, */*;q=0", False),
        ("text/plain", False),
    ],
)
def test_whether_a_client_takes_a_page(accept: str, taken: bool) -> None:
    assert takes_html(accept) is taken


def test_what_others_add_to_a_link_is_passed_over(client: httpx.Client, page: str) -> None:
    assert client.get("/?fbclid=1&fbclid=2", headers=HTML).text == page


def test_it_loads_files_of_its_own_by_the_digest_of_them_all(
    client: httpx.Client, page: str
) -> None:
    loaded = re.findall(r'(?:src|href)="([^"#]+)"|"\./([^"]+)"', page)
    assert len(loaded) > 20
    for place in filter(None, sum(loaded, ())):
        if place != "docs":
            assert place.startswith(f"page/{FILES.digest}/")
            answer = client.get(f"/{place}")
            assert answer.status_code == 200, place
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_file_by_another_version_is_there_and_not_kept(client: httpx.Client) -> None:
    answer = client.get("/page/0123456789abcdef/main.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert client.get(f"/page/{FILES.digest}/index.html").status_code == 404
    assert client.get(f"/page/{FILES.digest}/..%2f..%2fmain.py").status_code == 404


def test_the_policy_runs_files_and_the_map_of_libraries_alone(
    client: httpx.Client, page: str
) -> None:
    policy = client.get("/", headers=HTML).headers["content-security-policy"]
    [written] = re.findall(r"<script(?! type=.module. src=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(hashlib.sha256(written.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|style=|\bon\w+=", page)


def test_all_that_is_imported_is_there_and_loaded_ahead(page: str) -> None:
    """Else a browser finds one file out of another, a round trip each."""
    mapped = dict(re.findall(r'"([^"]+)": "\./page/\w+/([^"]+)"', page))
    ahead = set(re.findall(r'rel="modulepreload" href="page/\w+/([^"]+)"', page))
    later = {"inside.js", "heatmap.js", "plots.js", "steps.js", "chart.umd.min.js", "main.js"}
    found = set()
    for name, file in FILES.files.items():
        if name.endswith(("js", "mjs")) and name != "chart.umd.min.js":
            for target in IMPORT.findall(file.content.decode()):
                found.add(mapped.get(target, target.removeprefix("./")))
    assert found <= FILES.files.keys()
    assert ahead == found - later


def test_it_weighs_little() -> None:
    weight = sum(
        len(file.content if name.endswith("woff2") else file.packed)
        for name, file in FILES.files.items()
    ) + len((STATIC / "page" / "index.html").read_bytes())
    assert weight <= MOST


def test_libraries_are_the_files_of_their_packages_with_their_licences() -> None:
    folder = STATIC / "vendor"
    rows = VENDORED.findall((folder / "README.md").read_text())
    files = {path.name for path in folder.iterdir()}
    listed = {"README.md"}
    for _, _, licence, path, digest in rows:
        name = path.rpartition("/")[2]
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
        listed |= {name, licence}
    assert listed == files
