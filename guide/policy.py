"""Makes a site fit the policy of the service: no script or style that is written into a page.

Zensical writes short scripts into each page, and its search makes an element of styles. Scripts
become files here, and the styles a sheet that the script adopts, so that the service need not allow
what anybody may write into a page, and neither need whoever hosts the site.
"""

import re
from functools import partial
from hashlib import sha256
from pathlib import Path
from posixpath import relpath

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
STYLES = re.compile(r'(\w+)\.appendChild\(\w+\("style",\{\},(\w+)\.toString\(\)\)\)')
ADOPTED = r"(s=>{s.replaceSync(\2.toString());\1.adoptedStyleSheets=[s]})(new CSSStyleSheet)"
SCRIPTS = "assets/javascripts"


def apply(site: Path) -> None:
    """Rewrite a site. Raises ValueError where its search is not as it is known here."""
    for page in site.rglob("*.html"):
        page.write_text(INLINE.sub(partial(move, site, page.parent), page.read_text()))
    (bundle,) = (site / SCRIPTS).glob("bundle.*.js")
    text, found = STYLES.subn(ADOPTED, bundle.read_text())
    if found != 1:
        raise ValueError(f"{bundle.name}: the styles of its search were found {found} times")
    bundle.write_text(text)


def move(site: Path, folder: Path, script: re.Match[str]) -> str:
    """An element that loads a script, which is written into a file named by its hash."""
    path = site / SCRIPTS / f"inline.{sha256(script[1].encode()).hexdigest()[:8]}.js"
    path.write_text(script[1])
    return f'<script src="{relpath(path, folder)}"></script>'
