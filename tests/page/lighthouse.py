"""What Lighthouse finds of the page: `make lighthouse`. Fails below 95 of any.

Lighthouse opens the page as on a phone of the middle range, with a slow connection, and has an
opinion of its performance, its accessibility and its practices.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.processes import running

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")


def report(package: str, url: str, folder: Path) -> dict[str, float]:
    """The score of each category, 0 to 100."""
    path = folder / "report.json"
    command = ["npx", "--yes", package, url, "--quiet", "--output=json", f"--output-path={path}"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--chrome-flags=--headless --no-sandbox"]
    chromium = shutil.which("chromium") or ""
    subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium}, check=True)
    found = json.loads(path.read_text())
    for audit in found["audits"].values():
        if audit["scoreDisplayMode"] == "binary" and audit["score"] == 0:
            print(f"  {audit['title']}")
    return {each: 100 * found["categories"][each]["score"] for each in CATEGORIES}


def main(package: str) -> int:
    """Serve the page, and say what it gets."""
    with TemporaryDirectory() as temporary, running(Path(temporary)) as server:
        scores = report(package, f"{server.url}/#seed=42", Path(temporary))
    for category, score in scores.items():
        print(f"{category:<16}{score:.0f}")
    return min(scores.values()) < LEAST


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
