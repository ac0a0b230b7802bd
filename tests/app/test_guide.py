"""The guide, served from a folder: what is in it, and nothing else."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings, read_settings
from namewright import Model, Registry
from namewright.errors import SettingError
from tests.conftest import serving

PAGE = "<!doctype html><title>Elves</title>" + "<p>Éowyn" * 100
FILES = {
    "index.html": PAGE,
    "how-to/games.html": PAGE,
    "assets/main.css": "p {}",
    "a.svg": "<svg/>",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide") / "site"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".html"):  # as in the image; others as `make docs` leaves them
            (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / name).write_text(text)
    (folder.parent / "secret.html").write_text("outside")
    return folder


@pytest.fixture(scope="module")
def guide(folder: Path, tiny_model: Model) -> Iterator[httpx.Client]:
    app = create_app(Registry({"t": tiny_model}, "t"), Settings(guide_dir=folder))
    with serving(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_each_file_is_answered_with_its_type_compressed_or_not(guide: httpx.Client) -> None:
    kinds = ("text/html; charset=utf-8", "text/html; charset=utf-8", "text/css; charset=utf-8")
    for (name, text), kind in zip(FILES.items(), (*kinds, "image/svg+xml"), strict=True):
        plain = guide.get(f"/guide/{name}", headers={"accept-encoding": "identity"})
        packed = guide.get(f"/guide/{name}", headers={"accept-encoding": "br, gzip"})
        assert plain.text == packed.text == text
        assert plain.headers["content-type"] == packed.headers["content-type"] == kind
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"


def test_the_top_leads_to_the_first_page_on_whatever_host_it_was_asked(guide: httpx.Client) -> None:
    answer = guide.get("/guide", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (308, "guide/")
    assert guide.get("/guide/").text == PAGE


def test_pages_have_the_policy_and_may_be_kept(guide: httpx.Client) -> None:
    answer = guide.get("/guide/how-to/games.html")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=3600"
    known = {"if-none-match": answer.headers["etag"]}
    assert guide.get("/guide/how-to/games.html", headers=known).status_code == 304
    assert guide.get("/guide/", headers={"if-none-match": '"other"'}).status_code == 200


def test_head_has_the_headers_of_the_page(guide: httpx.Client) -> None:
    answer = guide.head("/guide/", headers={"accept-encoding": "identity"})
    assert answer.headers["content-length"] == str(len(PAGE.encode()))
    assert answer.content == b""


def test_nothing_outside_the_folder_is_answered(guide: httpx.Client, folder: Path) -> None:
    for path in (
        *("..%2fsecret.html", "%2e%2e/secret.html", "how-to/..%2f..%2fsecret.html", "nowhere"),
        *(f"/{folder.parent}/secret.html", "how-to", "index.html%00"),
    ):
        assert guide.get(f"/guide/{path}").status_code == 404, path


def test_without_the_setting_there_is_none(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/guide").status_code == client.get("/guide/").status_code == 404
    monkeypatch.setenv("NAMEWRIGHT_GUIDE_DIR", "")
    assert read_settings().guide_dir is None


def test_a_folder_without_a_site_is_refused_at_start(tmp_path: Path, tiny_model: Model) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(SettingError, match=r"NAMEWRIGHT_GUIDE_DIR.* index\.html"):
            create_app(Registry({"t": tiny_model}, "t"), Settings(guide_dir=folder))


def test_it_needs_no_key(folder: Path, tiny_model: Model, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("alice:" + "0" * 64 + "\n")
    settings = Settings(guide_dir=folder, api_keys_file=keys)
    with serving(create_app(Registry({"t": tiny_model}, "t"), settings)) as url:
        assert httpx.get(f"{url}/guide/how-to/games.html").status_code == 200
        assert httpx.get(f"{url}/names").status_code == 401
