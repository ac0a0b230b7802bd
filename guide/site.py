"""Building the site: gather the pages, have Zensical make HTML of them, and make that strict."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

from guide import ROOT, api_reference, pages, policy, python_reference


class GuideError(Exception):
    """The site cannot be built; the message says why."""


def build(output: Path) -> None:
    """Build the site in a folder, in place of what is there.

    What it is made from lies beside it, in `NAME.build`. Raises GuideError for any warning.
    """
    work = output.with_name(f"{output.name}.build")
    for folder in (work, output):
        shutil.rmtree(folder, ignore_errors=True)
    write_pages(work / "pages")
    shutil.copy(ROOT / "guide" / "zensical.toml", work)
    zensical = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file"]
    result = subprocess.run(
        [*zensical, work / "zensical.toml"],
        cwd=ROOT,
        # Where docstrings are read from: nothing of it is imported.
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = result.stdout + result.stderr
    if result.returncode or "arning" in said:
        raise GuideError(said.partition("Traceback")[0].strip())
    policy.apply(work / "site")
    (work / "site").rename(output)


def compress(site: Path) -> None:
    """Put NAME.gz in the place of each file of a site, as `app/static_files.py` reads it."""
    for path in [path for path in site.rglob("*") if path.is_file()]:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()


def write_pages(folder: Path) -> None:
    """Write all that Zensical reads: Markdown and pictures."""
    for path, content in pages.gather().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "assets").mkdir(exist_ok=True)
    shutil.copy(ROOT / "guide" / "extra.css", folder / "assets")
    made = {"http-api": api_reference.page(), "python": python_reference.page()}
    (folder / "reference").mkdir()
    for name, text in made.items():
        (folder / "reference" / f"{name}.md").write_text(text)
