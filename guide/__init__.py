"""The guide: the pages of `docs/` as a site, with references made from the code.

    python -m guide            # or `make docs`: the site is in build/site
    python -m guide --output public
    python -m guide --compress # for the service alone, as in the image

Zensical makes the site, from `zensical.toml`. What is here prepares its pages and tightens what it
writes: `pages.py` gathers the Markdown, `api_reference.py` and `python_reference.py` write the
pages that are made from the code, `policy.py` makes the site fit a policy without inline scripts.
`pictures.py` draws what is in `docs/pictures/`, by `svg.py`.
"""

from pathlib import Path

ROOT = Path(__file__).parent.parent
"""The top folder of the clone."""
