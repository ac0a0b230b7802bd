"""What the documentation points at is there."""

import ast
import doctest
import re
import shutil
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import PREFIX, Settings
from namewright import Model, Registry, registry
from namewright.client import Client
from namewright.parameters import RULES
from tests.conftest import ROOT, serving

pytest_plugins = ["pytester"]

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
CHECKER = doctest.OutputChecker()
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LOCAL = "http://127.0.0.1:8000"
"""Where examples look for a service."""
DECIMAL = re.compile(r"-?\d+\.\d+")
COMMANDS = re.findall(
    r'```console\n\$ python -c "\n(.*?)"\n(.*?)```', (DOCS / "lectures.md").read_text(), re.DOTALL
)
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


def statements(block: str) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement of a block, and the comment behind or below it."""
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        last = statement.end_lineno or 0
        behind = lines[last - 1].encode()[statement.end_col_offset :].decode()
        below = takewhile(lambda line: line.startswith("#"), lines[last:])
        yield statement, " ".join(line.strip(" #") for line in (behind, *below)).strip()


@pytest.fixture(scope="module")
def local_address(shipped: dict[str, Model]) -> Iterator[str]:
    """The address of what `make serve` serves."""
    with serving(create_app(Registry(shipped, "lstm"))) as url:
        yield url


def blocks(page: str) -> list[str]:
    """The Python of a page."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


@pytest.mark.parametrize("page", ["client.md", "library.md", "plausibility.md", "test-data.md"])
def test_python_runs_and_gives_what_its_comments_say(
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    local_address: str,
) -> None:
    (tmp_path / "mine").mkdir()
    shutil.copy(ROOT / "models/bigram.safetensors", tmp_path / "mine/lyn.safetensors")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(page):
        for statement, comment in statements(block.replace(LOCAL, local_address)):
            if not isinstance(statement, ast.Expr):
                exec(ast.unparse(statement), names)
                continue
            found = repr(eval(ast.unparse(statement), names))
            if comment.startswith(("[", "(", "'")):
                assert CHECKER.check_output(comment, found, LOOSELY), (found, comment)
    for value in names.values():
        if isinstance(value, Client):
            value.close()
    printed = re.findall(r"^ *print\(.*\)  # (.*)$", "".join(blocks(page)), re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == printed


def test_the_tests_of_a_page_pass(pytester: pytest.Pytester) -> None:
    [tests] = [block for block in blocks("test-data.md") if block.startswith("def test_")]
    pytester.makeconftest("")
    pytester.makepyfile(
        f"{tests}\ndef greet(name):\n    return f'Welcome, {{name}}!'\n\nlisted = sorted\n"
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
