"""Follow a page: run each of its blocks, and compare what is printed with what it says.

What a block is decides how it is held to what it says; one that is nothing of this fails.

    console    each command is run, and prints what stands below it
    sh         run as a script; what follows at once, as json or text, is what it prints
    python     each statement is run; a comment behind an expression, or below, is its value; tests
               pass
    others     those of `standing.py`, each by a check of its own

A line before a block, `<!-- not run: why -->`, has its commands looked at instead; so have make,
docker, helm and pip always (`commands.py`).
"""

import ast
import contextlib
import doctest
import io
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

from guide.site import build
from tests.conftest import ROOT
from tests.documentation import commands
from tests.documentation.blocks import Block, blocks_of
from tests.documentation.compare import same
from tests.documentation.session import CHECKED, SERVE, Session
from tests.documentation.standing import STANDING

CHECKER = doctest.OutputChecker()
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
VALUE = re.compile(r"[\[({'\"<]|-?\d|True|False|array\(")


def model_of_the_readme(folder: Path) -> None:
    """A model in place of the one that the README makes."""
    (folder / "mine").mkdir()
    shutil.copy(ROOT / "models" / "bigram.safetensors", folder / "mine" / "lyn.safetensors")


GIVEN: dict[str, Callable[[Path], object]] = {
    "library.md": model_of_the_readme,
    "operations.md": model_of_the_readme,
    "host-the-guide.md": lambda folder: build(folder / "build" / "site"),
}
"""What there is already where a page is followed."""

TRAINED = {"lectures.md", "training.md"}
"""Pages that train networks: what they print is of the processor, up to some digits."""


def follow(page: Path, session: Session) -> None:
    """All blocks of a page. Raises AssertionError with the place of the first that fails."""
    if given := GIVEN.get(page.name):
        given(session.folder)
    printed = ""
    for block in blocks_of(page):
        try:
            printed = follow_block(block, session, printed)
        except Exception as error:
            raise AssertionError(f"{block.place}\n{block.text}\n{error!r}\n{error}") from error


def follow_block(block: Block, session: Session, before: str) -> str:
    """One block; `before` is what the one before it printed. Returns what this one prints."""
    if not block.is_run:
        assert block.language in ("sh", "console"), "only commands may be left out"
        given = [block.text] if block.language == "sh" else [each for each, _ in block.commands()]
        for command in given:
            commands.check(command)
    elif block.language == "console":
        for command, said in block.commands():
            hold(follow_command(command, said, session), said, block, SERVE.match(command))
    elif block.language == "sh":
        return follow_script(block.text, session)
    elif block.language == "python" and "def test_" in block.text:
        (session.folder / "test_page.py").write_text(block.text)
        session.run("python -m pytest -q -p no:cacheprovider test_page.py")
    elif block.language == "python":
        follow_python(block.text, session, trained=block.page.name in TRAINED)
    elif block.follows and block.language in ("json", "text") and before:
        hold(before, block.text, block)
    else:
        kind = (block.page.name, block.language)
        assert kind in STANDING, "nothing says how a block of this kind is held to what it says"
        STANDING[kind](block.text, session)
    return ""


def hold(printed: str, said: str, block: Block, served: object = None) -> None:
    """Compare what is printed with what a page says; of a service, as far as the page goes."""
    if served and said:
        assert any(same(line, said) for line in printed.splitlines()), printed
        return
    trained = block.page.name in TRAINED
    assert served or same(printed, said.replace("^C", ""), trained=trained), f"it prints\n{printed}"


def follow_command(command: str, said: str, session: Session) -> str:
    if serve := SERVE.match(command):
        return session.serve(serve[1], serve[2])
    if CHECKED.match(command):
        commands.check(command)
        return said
    return session.interrupt(command) if "^C" in said else session.run(command, may_fail=True)


def follow_script(text: str, session: Session) -> str:
    """Lines of a script, in order: what is to be run together, what serves, what is looked at."""
    waiting: list[str] = []
    printed = ""
    for line in text.splitlines():
        serve, checked = SERVE.match(line), CHECKED.match(line)
        if not serve and not checked:
            waiting.append(line)
            continue
        if waiting:
            printed += session.run("\n".join(waiting))
            waiting = []
        if serve:
            session.serve(serve[1], serve[2])
            assert session.address, "it does not serve"
        else:
            commands.check(line)
    return printed + (session.run("\n".join(waiting)) if waiting else "")


def statements(block: str) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement of a block, and the comment behind or below it."""
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        last = statement.end_lineno or 0
        behind = lines[last - 1].encode()[statement.end_col_offset :].decode()
        below = takewhile(lambda line: line.startswith("#"), lines[last:])
        yield statement, " ".join(line.strip(" #") for line in (behind, *below)).strip()


def is_value(found: str, comment: str, trained: bool) -> bool:
    """Whether a comment begins with a value; after a comma or a semicolon it may say more."""
    if trained and same(found, comment.replace("...", ""), trained=True):
        return True
    said = re.sub(r"[,;] [a-z].*", "", comment)
    return any(CHECKER.check_output(each, found, LOOSELY) for each in (comment, said))


def follow_python(text: str, session: Session, trained: bool = False) -> None:
    """Run statements: an expression has the value of its comment, a print prints its own."""
    text = session.here(text)
    with contextlib.chdir(session.folder), contextlib.redirect_stdout(io.StringIO()) as output:
        for statement, comment in statements(text):
            if not isinstance(statement, ast.Expr):
                exec(compile(ast.Module([statement], []), "<page>", "exec"), session.names)
                continue
            found = repr(eval(ast.unparse(statement), session.names))
            if found != "None" and VALUE.match(comment):
                assert is_value(found, comment, trained), (found, comment)
    said = re.findall(r"^ *print\(.*\)  # (.*)$", text, re.MULTILINE)
    printed = output.getvalue().splitlines()
    assert len(printed) == len(said), (printed, said)
    for found, wanted in zip(printed, said, strict=True):
        assert CHECKER.check_output(wanted, found, LOOSELY), (found, wanted)
