"""The page at `/`, for those who would rather look than read.

It is what is in `static/page/`, with the libraries in `static/vendor/`: nothing is built, and
nothing is loaded from elsewhere. Its files stand below a folder named by what is in them all, so a
browser may keep them for ever; a page that loads them by new names is a new page.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Request, Response
from fastapi.routing import APIRoute

from .headers import policy
from .negotiation import list_header, wanted
from .static_files import STATIC, StaticFiles

FILES = StaticFiles(STATIC / "page", STATIC / "vendor")
VERSION = "VERSION"
"""What stands in the page where the digest of its files comes."""
FOR_EVER = "public, max-age=31536000, immutable"
NOT_KEPT = "no-store"
"""For a file by the name of another version, as where replicas of two are behind one address: the
page gets what there is, and no cache keeps it by the wrong name."""


@cache
def read_page() -> tuple[str, str]:
    """The page, and the policy that it is sent with.

    The policy lets one thing run that is written into the page, and only as it is: the map from
    the names of libraries to files, which browsers take from nowhere else.
    """
    html = (STATIC / "page" / "index.html").read_text("utf-8").replace(VERSION, FILES.digest)
    maps = re.findall(r'<script type="importmap">(.*?)</script>', html, re.DOTALL)
    hashes = (b64encode(sha256(each.encode()).digest()).decode("ascii") for each in maps)
    return html, policy(*(f"sha256-{each}" for each in hashes))


def takes_html(accept: str) -> bool:
    """Whether a client takes a page; one that does not say what it takes does."""
    kinds = ("text/html", "text/*", "*/*")
    return any(kind in kinds and weight > 0 for kind, weight in wanted(accept or "*/*"))


async def page(request: Request) -> Response:
    """The page. Raises HTTPException for a program that would have JSON: there is none here."""
    if not takes_html(list_header(request.scope, b"accept")):
        raise HTTPException(404)
    html, allowed = read_page()
    headers = {
        "cache-control": "no-cache",
        "content-security-policy": allowed,
        "vary": "accept",
    }
    return Response(html, media_type="text/html", headers=headers)


async def asset(
    version: Annotated[str, Path()], asset: Annotated[str, Path()], request: Request
) -> Response:
    """A file of the page. Raises HTTPException for one that there is not."""
    kept = FOR_EVER if version == FILES.digest else NOT_KEPT
    return FILES.respond(asset, request, kept)


def install(app: FastAPI) -> None:
    """Add the page.

    Whatever stands behind a question mark in its address is passed over, for it is others who put
    it there: sites that count who follows a link.
    """
    app.router.add_api_route(
        "/",
        page,
        methods=["GET", "HEAD"],
        route_class_override=APIRoute,
        include_in_schema=False,
    )
    app.get("/page/{version}/{asset}", include_in_schema=False)(asset)
