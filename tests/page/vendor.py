"""Fetches the libraries of the page anew: `make vendor`.

Each file is taken out of its package as npm has it, and held to the sum in the README; with
`--sums` the sums are written there, as for another version.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parents[2] / "app" / "static" / "vendor"
ROW = re.compile(
    r"\| `(?P<package>\S+)` \| (?P<version>\S+) \| \[\S+\]\((?P<licence>\S+)\) "
    r"\| `(?P<path>\S+)` \| `(?P<digest>\w{64})` \|"
)
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt")


def fetch(package: str, folder: Path) -> Path:
    """The folder of a package, as `name@version`."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    into = folder / package.replace("/", "-")
    with tarfile.open(folder / done.stdout.strip()) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def main(write_sums: bool) -> int:
    """Fetch all of them; say which files are not as their sums, and how many."""
    readme = FOLDER / "README.md"
    text, wrong = readme.read_text(), 0
    with TemporaryDirectory() as temporary:
        for row in list(ROW.finditer(text)):
            package = fetch(f"{row['package']}@{row['version']}", Path(temporary))
            content = (package / row["path"]).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if write_sums:
                text = text.replace(row["digest"], digest)
            elif digest != row["digest"]:
                print(f"{row['path']} of {row['package']} has another sum: {digest}")
                wrong += 1
                continue
            (FOLDER / Path(row["path"]).name).write_bytes(content)
            licence = next(package / name for name in LICENCES if (package / name).exists())
            (FOLDER / row["licence"]).write_bytes(licence.read_bytes())
    readme.write_text(text)
    return wrong


if __name__ == "__main__":
    sys.exit(main("--sums" in sys.argv))
