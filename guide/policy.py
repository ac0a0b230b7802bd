"""Makes a site fit the policy of the service: no script in a page, nothing from another host.

Zensical writes three short scripts into each page. Each is made a file of its own here, so that the
service need not allow what is written into a page, and neither need whoever hosts the site.
"""

import re
from functools import partial
from hashlib import sha256
from pathlib import Path
from posixpath import relpath

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
SCRIPTS = "assets/javascripts"


def apply(site: Path) -> None:
    """Move each script that is written into a page of a site into a file."""
    for page in site.rglob("*.html"):
        page.write_text(INLINE.sub(partial(move, site, page.parent), page.read_text()))


def move(site: Path, folder: Path, script: re.Match[str]) -> str:
    """An element that loads a script, which is written into a file named by its hash."""
    path = site / SCRIPTS / f"inline.{sha256(script[1].encode()).hexdigest()[:8]}.js"
    path.write_text(script[1])
    return f'<script src="{relpath(path, folder)}"></script>'
