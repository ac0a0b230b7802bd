"""The pages of the site: Markdown of the repository, its links led to where pages are in the site.

On the code host a link is a path, from one file of the repository to another. The site has the
pages of `docs/` at its top, other Markdown in `project/`, and a page in `source/` for each other
file that a page links to, its lines numbered.
"""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

from guide import ROOT

PROJECT = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PICTURES = (".png", ".svg")
LANGUAGES = {".py": "python", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".sh": "sh"}

FENCE = re.compile(r"^(`{3,}).*?^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)(?:#([^)]*))?\)")
COMMENT = re.compile(r"^<!--.*?-->\n", re.DOTALL | re.MULTILINE)
LINE = re.compile(r"L(\d+)")

UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"
"""What a page begins with that a search is not to find."""


def gather(root: Path = ROOT) -> dict[PurePosixPath, bytes]:
    """Every file that the site is made from, by its path in the site; of the clone in `root`.

    Raises FileNotFoundError where a link leads to no file.
    """
    waiting = [*sorted((root / "docs").rglob("*.md")), *map(root.joinpath, PROJECT)]
    found: dict[PurePosixPath, bytes] = {}
    while waiting:
        path = waiting.pop()
        name = PurePosixPath(path.relative_to(root).as_posix())
        if (place := place_of(name)) not in found:
            found[place] = content_of(root, name, waiting.append)
    return found


def place_of(path: PurePosixPath) -> PurePosixPath:
    """Where a file of the repository is in the site."""
    if path.is_relative_to("docs") and path.suffix in (".md", *PICTURES):
        return path.relative_to("docs")
    if path.suffix == ".md":
        name = path.parent.name if path.name == "README.md" and path.parent.name else path.stem
        return PurePosixPath("project", f"{name.lower()}.md")
    return PurePosixPath("source", f"{path}.md")


def content_of(root: Path, name: PurePosixPath, wanted: Callable[[Path], None]) -> bytes:
    """What the site has of a file; `wanted` hears of each file that it links to."""
    path = root / name
    if path.suffix in PICTURES:
        return path.read_bytes()
    if path.suffix == ".md":
        return rewrite(path.read_text(), name, root, wanted).encode()
    code = path.read_text().rstrip()
    language = LANGUAGES.get(path.suffix, "text")
    numbered = f'````{language} linenums="1"\n{code}\n````'
    return f"{UNSEARCHED}# `{name}`\n\n{numbered}\n".encode()


def rewrite(text: str, name: PurePosixPath, root: Path, wanted: Callable[[Path], None]) -> str:
    """A page with its links as they are in the site; comments, which are for tests, left out."""
    here = place_of(name).parent

    def led(link: re.Match[str]) -> str:
        target = PurePosixPath(normpath(name.parent / link[1]))
        if not (root / target).is_file():
            raise FileNotFoundError(f"{name}: {link[1]} is no file")
        wanted(root / target)
        fragment = LINE.sub(r"__codelineno-0-\1", link[2] or "")
        return f"]({relpath(place_of(target), here)}{'#' if fragment else ''}{fragment})"

    def outside(text: str) -> str:
        return LINK.sub(led, COMMENT.sub("", text))

    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [outside(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, outside(text[end:])])
