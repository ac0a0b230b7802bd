"""The fixture `names`, in runs of the real pytest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PLUGINS = ("-p", "namewright", "-p", "xdist")
"""By the names of their entry points."""

TESTS = """
import json
import pathlib
import pytest

def note(request, names):
    with open("names.jsonl", "a") as file:
        file.write(json.dumps([request.node.name, names]) + "\\n")

def test_a(names, request):
    note(request, names(3))

@pytest.mark.parametrize("case", [1, 2])
def test_b(names, request, case):
    note(request, [names.one(), names.one(model="bigram", starts_with="el")])

@pytest.mark.xdist_group("together")
@pytest.mark.names(model="surnames", case="lower")
class TestC:
    def test_c(self, names, request):
        note(request, names(2))

    @pytest.mark.names(max_length=4)
    def test_d(self, names, request):
        note(request, names(2))
"""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plugins but those that are named: others' take seconds."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def project(pytester: pytest.Pytester, alone: None) -> pytest.Pytester:
    pytester.makeini("[pytest]\nnames_model = bigram\naddopts = --strict-markers --strict-config\n")
    pytester.makepyfile(test_it=TESTS)
    return pytester


def made(project: pytest.Pytester, *options: str) -> dict[str, list[str]]:
    """The names that each test had in a run."""
    noted = Path(project.path) / "names.jsonl"
    noted.unlink(missing_ok=True)
    done = project.runpytest_subprocess(*PLUGINS, "-p", "no:cacheprovider", *options)
    assert done.ret == 0, done.stdout.str()
    return dict(map(json.loads, noted.read_text().splitlines()))


def test_a_test_has_the_same_names_alone_in_any_order_and_in_any_worker(
    project: pytest.Pytester,
) -> None:
    names = made(project)
    assert list(names) == ["test_a", "test_b[1]", "test_b[2]", "test_c", "test_d"]
    assert len({json.dumps(each) for each in names.values()}) == 5
    assert all(name == name.lower() for name in names["test_c"])
    assert all(len(name) <= 4 for name in names["test_d"])
    assert names["test_b[1]"][1].startswith("El")
    assert made(project, "-n", "2", "--dist", "loadgroup") == names
    backwards = [f"test_it.py::{test}" for test in ("TestC", "test_b[2]", "test_a")]
    assert made(project, *backwards).items() <= names.items()


def test_another_seed_gives_other_names(project: pytest.Pytester) -> None:
    usual, other = made(project, "-k", "test_a"), made(project, "-k", "test_a", "--names-seed", "7")
    assert usual != other
    done = project.runpytest_subprocess(*PLUGINS, "--names-seed", "7", "--collect-only")
    done.stdout.fnmatch_lines(["namewright: --names-seed=7"])


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("'surnames'", "*the marker names takes keywords, as names(model='surnames')*"),
        ("temperature=9", "*temperature: should be from 0 to 5*"),
        ("temprature=1", "*unexpected keyword argument 'temprature'*"),
        ("model='nobody'", "*there is no such model; there are: bigram,*"),
    ],
)
def test_a_bad_marker_says_what_would_be_right(
    pytester: pytest.Pytester, alone: None, marker: str, message: str
) -> None:
    code = f"import pytest\n@pytest.mark.names({marker})\ndef test_it(names): names.one()\n"
    pytester.makepyfile(code)
    done = pytester.runpytest_inprocess(*PLUGINS, "-p", "no:cacheprovider")
    assert done.ret == 1
    done.stdout.fnmatch_lines([message])


def test_the_fixture_is_documented_by_pytest(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_inprocess("--fixtures")
    done.stdout.fnmatch_lines(["names -- *namewright/pytest_plugin.py:*", "*Invented names, the*"])
    pytester.runpytest_inprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.names(*"])


def test_nothing_is_imported_before_the_fixture_is_asked_for() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import namewright.pytest_plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["namewright", "namewright.pytest_plugin"]
