import gzip
import hashlib
import re
from pathlib import Path

import httpx

from app.documentation import FILES
from app.static_files import LOADED, STATIC


def test_the_page_needs_nothing_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/docs").text
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert "docs/swagger-ui-bundle.js" in loaded
    for place in loaded:
        if not place.startswith("data:"):
            assert not re.match(r"\w+:|//", place), place
            assert client.get(f"/{place}").status_code == 200
    assert not re.search(r"<style|style=|<script>|\bon\w+=", page), "the policy stops it"


def test_its_files_are_sent_compressed_or_not(client: httpx.Client) -> None:
    assert len(FILES.files) == 3
    for name in FILES.files:
        kind = f"{LOADED[Path(name).suffix]}; charset=utf-8"
        plain = client.get(f"/docs/{name}", headers={"accept-encoding": "identity"})
        packed = client.get(f"/docs/{name}", headers={"accept-encoding": "br, gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert plain.headers["content-type"] == packed.headers["content-type"] == kind
        assert plain.headers["vary"] == "Accept-Encoding"
        assert plain.content == packed.content
        assert len(plain.content) > 100
        assert plain.headers["etag"] != packed.headers["etag"]
        known = {"if-none-match": packed.headers["etag"]}
        assert client.get(f"/docs/{name}", headers=known).status_code == 304
        plainly = known | {"accept-encoding": "identity"}
        assert client.get(f"/docs/{name}", headers=plainly).status_code == 200


def test_no_other_file_is_served(client: httpx.Client) -> None:
    for name in ("docs.html", "README.md", "..%2fmain.py", "%2e%2e/main.py", "swagger-ui.css.gz"):
        assert client.get(f"/docs/{name}").status_code == 404


def test_they_are_the_pinned_ones() -> None:
    sums = dict(
        re.findall(r"`([\w.-]+)` \| `(\w{64})`", (STATIC / "docs" / "README.md").read_text())
    )
    packed = {path.stem: path for path in (STATIC / "docs").glob("*.gz")}
    assert sums.keys() == packed.keys()
    for name, path in packed.items():
        content = gzip.decompress(path.read_bytes())
        assert hashlib.sha256(content).hexdigest() == sums[name]


def test_no_page_of_the_framework_is_there(client: httpx.Client) -> None:
    for path in ("/redoc", "/docs/oauth2-redirect"):
        assert client.get(path).status_code == 404
