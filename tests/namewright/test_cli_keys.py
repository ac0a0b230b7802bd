"""`namewright keys new`."""

from pathlib import Path

from app.key_file import Keys
from tests.namewright.commands import run


def test_a_key_is_printed_once_and_its_line_opens_with_it(tmp_path: Path) -> None:
    made = [run("keys", "new", "alice") for _ in range(2)]
    (tmp_path / "keys").write_text("".join(each.stdout for each in made))
    keys = Keys(tmp_path / "keys")
    printed = [each.stderr.split()[-1] for each in made]
    assert printed[0] != printed[1]
    for key in printed:
        assert keys.name_of(key) == "alice"
        assert key not in (tmp_path / "keys").read_text()


def test_a_name_that_could_not_stand_in_the_file_is_refused() -> None:
    for name in ("a:b", "a b", "", "a\n", "x" * 65):
        refused = run("keys", "new", name)
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert refused.stderr.startswith("error: ")
