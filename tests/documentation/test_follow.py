"""What follows a page fails where the page is wrong."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.documentation import commands
from tests.documentation.blocks import Block, blocks_of
from tests.documentation.compare import same
from tests.documentation.follow import follow_block
from tests.documentation.session import Session, session

PAGE = ROOT / "docs" / "nothing.md"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Session:
    with session(tmp_path_factory.mktemp("session")) as opened:
        yield opened


RIGHT = [
    Block(PAGE, 1, "console", "$ echo a 1.0000001\na 1.0\n$ seq 2 |\n>   tac\n2\n1\n"),
    Block(PAGE, 1, "sh", "name=emma\nmake help\n"),
    Block(PAGE, 1, "console", "$ echo $name\nemma\n"),
    Block(PAGE, 1, "python", "a = [1, 2]\na  # [1, ...]\nlen(a)  # 2, as many as there are\n"),
    Block(PAGE, 1, "python", "a  # the list\nprint(a)  # [1, 2]\n"),
    Block(PAGE, 1, "console", "$ make nothing\n", note="not run: why"),
]
WRONG = [
    Block(PAGE, 1, "console", "$ echo 1.1\n1.0\n"),
    Block(PAGE, 1, "console", "$ echo one; echo two\none\n"),
    Block(PAGE, 1, "console", "$ true\nsomething\n"),
    Block(PAGE, 1, "sh", "false\n"),
    Block(PAGE, 1, "sh", "make nothing\n"),
    Block(PAGE, 1, "sh", "namewright generate --colour\n", note="not run: why"),
    Block(PAGE, 1, "sh", "cowsay moo\n", note="not run: why"),
    Block(PAGE, 1, "python", "1 + 1  # 3\n"),
    Block(PAGE, 1, "python", "print(2)\n"),
    Block(PAGE, 1, "python", "1\n", note="not run: why"),
    Block(PAGE, 1, "text", "anything\n"),
    Block(PAGE, 1, "json", "{}\n", follows=True),
    Block(PAGE, 1, "", "anything\n"),
    Block(PAGE, 1, "yaml", "a: b\n"),
]


def test_a_page_that_is_right_is_followed(opened: Session) -> None:
    for block in RIGHT[:-1]:
        follow_block(block, opened, "")


@pytest.mark.parametrize("block", [RIGHT[-1], *WRONG], ids=lambda block: block.text.split("\n")[0])
def test_a_block_that_is_wrong_fails(block: Block, opened: Session) -> None:
    with pytest.raises(AssertionError):
        follow_block(block, opened, "")


def test_what_follows_a_script_is_what_it_prints(opened: Session) -> None:
    printed = follow_block(Block(PAGE, 1, "sh", "echo '{\"a\": 1.5}'\n"), opened, "")
    follow_block(Block(PAGE, 5, "json", '{\n    "a": 1.5\n}\n', follows=True), opened, printed)
    with pytest.raises(AssertionError):
        follow_block(Block(PAGE, 5, "json", '{"a": 2.5}\n', follows=True), opened, printed)


def test_blocks_are_found_with_their_lines_and_notes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A\n\n<!-- not run: why -->\n```sh\nfalse\n```\n\n```json\n1\n```\nb\n```\nc\n```\n"
    )
    found = [(block.line, block.language, block.follows, block.is_run) for block in blocks_of(page)]
    assert found == [(4, "sh", False, False), (8, "json", True, True), (12, "", False, True)]


def test_what_may_differ() -> None:
    assert same("loss 1.2345678", "loss 1.2345679")
    assert same("test 1.21; 6 s; digest 0123456789ab", "test 1.22; 40 s", trained=True)
    assert same("44,532 states", "44,531 states", trained=True)
    assert not same("44,632 states", "44,531 states", trained=True)
    assert not same("test 1.21", "test 1.22")
    assert not same("digest 5741f727f45f", "digest 3e9715e2dcde")
    assert same('{"a": 0.30000000000000004}', '{"a": 0.3}')
    assert not same('{"a": 1, "b": 2}', '{"b": 2, "a": 1}')
    assert not same("emma", "Emma")


def test_commands_that_are_not_run_are_looked_at() -> None:
    commands.check("OMP_NUM_THREADS=1 python -m training sweep mlp --trials 2 &")
    commands.check("NAMEWRIGHT_PORT=1 docker compose --profile scaled up    # a comment")
    for wrong in (
        "NAMEWRIGHT_COLOUR=1 docker compose up",
        "docker compose --profile large up",
        "pip install 'namewright[nothing]'",
        "python -m training train mlp --states 3",
    ):
        with pytest.raises(AssertionError):
            commands.check(wrong)
