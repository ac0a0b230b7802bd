"""`namewright keys new`."""

import subprocess
import sys
from pathlib import Path

from app.key_file import Keys
from tests.conftest import ROOT


def new(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "namewright", "keys", "new", name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_key_is_printed_once_and_its_line_opens_with_it(tmp_path: Path) -> None:
    made = [new("alice"), new("alice")]
    (tmp_path / "keys").write_text("".join(each.stdout for each in made))
    keys = Keys(tmp_path / "keys")
    printed = [each.stderr.split()[-1] for each in made]
    assert printed[0] != printed[1]
    for key in printed:
        assert keys.name_of(key) == "alice"
        assert key not in (tmp_path / "keys").read_text()


def test_a_name_that_could_not_stand_in_the_file_is_refused() -> None:
    for name in ("a:b", "a b", "", "a\n", "x" * 65):
        refused = new(name)
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert refused.stderr.startswith("error: ")
