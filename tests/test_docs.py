"""What the documentation points at is there."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import PREFIX, Settings
from namewright import registry
from namewright.parameters import RULES
from tests.conftest import ROOT
from tests.documentation import options
from tests.documentation.blocks import PAGES, blocks_of
from tests.documentation.follow import TRAINED, follow
from tests.documentation.session import session

DOCS = ROOT / "docs"
DECIMAL = re.compile(r"-?\d+\.\d+")
COMMANDS = re.findall(
    r'```console\n\$ python -c "\n(.*?)"\n(.*?)```', (DOCS / "lectures.md").read_text(), re.DOTALL
)
SLOW = TRAINED | {"command-line.md"}
"""Pages that train networks, or make millions of names."""

USES = DOCS / "how-to"
"""Where pages have what other pages have too, to some end."""

PLACE = re.compile(r"\[([\w/.]+):(\d+)\]\(\.\./[\w/.]+#L(\d+)\)\s+\(`(\w+)`\)")


def test_each_line_that_the_lectures_name_has_what_they_say() -> None:
    places = PLACE.findall((DOCS / "lectures.md").read_text())
    assert len(places) > 20
    wrong = []
    for path, line, anchor, name in places:
        text = (ROOT / path).read_text().splitlines()[int(line) - 1]
        if anchor != line or not re.search(rf"\b{name}\b", text):
            wrong.append(f"{path}:{line} is {text.strip()!r}, not {name}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= 7000


def test_every_setting_and_parameter_is_documented() -> None:
    operations, http = (DOCS / "operations.md").read_text(), (DOCS / "http.md").read_text()
    for name in (*registry.VARIABLES, *map(str.upper, Settings.model_fields)):
        assert PREFIX + name in operations, name
    for name in RULES:
        assert f"`{name}`" in http, name


@pytest.mark.parametrize(
    ("name", "command", "page"), options.COMMANDS, ids=[name for name, _, _ in options.COMMANDS]
)
def test_every_command_and_option_is_documented(name: str, command: Any, page: str) -> None:
    assert f"{name.rsplit(maxsplit=1)[-1]}" in page
    for option in options.options_of(command):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", page), option


def test_every_metric_and_its_labels_are_documented(client: httpx.Client) -> None:
    client.get("/names")
    client.post("/score", json={"names": ["ab"]})
    operations = (DOCS / "operations.md").read_text()
    metrics = set(
        re.findall(
            r"^(namewright_\w+?)(?:_bucket|_sum|_count|)[{ ]", client.get("/metrics").text, re.M
        )
    )
    assert len(metrics) >= 9
    for metric in metrics - {name for name in metrics if name.endswith("_created")}:
        [row] = re.findall(rf"^\| `{metric}` .*$", operations, re.MULTILINE)
        labels = re.findall(rf"^{metric}\w*{{(.*)}}", client.get("/metrics").text, re.M)
        for label in set(re.findall(r'(\w+)="', " ".join(labels))) - {"le"}:
            assert f"`{label}`" in row, (metric, label)


def test_every_field_of_a_setting_has_its_default_in_the_table() -> None:
    operations = (DOCS / "operations.md").read_text()
    for name, field in Settings.model_fields.items():
        row, *_ = re.findall(rf"^\| `{PREFIX}{name.upper()}` \| (.*?) \|", operations, re.MULTILINE)
        default = field.default
        if isinstance(default, (int, float)) or (isinstance(default, str) and default):
            said = row.strip("`")
            assert said == str(default).lower() if isinstance(default, bool) else str(default), name
        elif default:
            assert row.strip("`") == ",".join(default)


@pytest.mark.parametrize(("code", "printed"), COMMANDS, ids=range(len(COMMANDS)))
def test_commands_of_the_lectures_print_what_they_say(
    code: str, printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(code, {"__name__": "__main__"})
    found = capsys.readouterr().out
    assert DECIMAL.sub("", found) == DECIMAL.sub("", printed)
    # Last digits depend on the processor.
    wanted = [*map(float, DECIMAL.findall(printed))]
    assert [*map(float, DECIMAL.findall(found))] == pytest.approx(wanted, rel=1e-5)


def test_there_are_commands_in_the_lectures() -> None:
    assert len(COMMANDS) == 8


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page, marks=pytest.mark.slow if page.name in SLOW or page.parent == USES else ()
        )
        for page in PAGES
        if blocks_of(page)
    ],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_block_does_what_the_page_says(page: Path, tmp_path: Path) -> None:
    with session(tmp_path) as opened:
        follow(page, opened)
