"""`/docs` and `/openapi.json`, with nothing from elsewhere: the page works without the internet.

Swagger UI is in `static/`, which says where it is from. The page's scripts are files, so that it
may have a policy that runs no other.
"""

import gzip
from functools import cache
from pathlib import Path as File
from typing import Annotated

from anyio import to_thread
from fastapi import FastAPI, HTTPException, Path, Request, Response
from pydantic_core import to_json

STATIC = File(__file__).with_name("static")
ASSETS = {
    "docs.js": "text/javascript; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}
"""The files that the page loads, with their types. Those of Swagger UI are kept compressed."""
HOUR = "public, max-age=3600"


@cache
def read(name: str, compressed: bool) -> bytes:
    """One of the files; read once, when it is first asked for."""
    packed = STATIC / f"{name}.gz"
    if not packed.exists():
        content = (STATIC / name).read_bytes()
        return gzip.compress(content) if compressed else content
    return packed.read_bytes() if compressed else gzip.decompress(packed.read_bytes())


async def page() -> Response:
    """The page that shows the documentation."""
    return Response(read("docs.html", False), media_type="text/html")


async def asset(asset: Annotated[str, Path()], request: Request) -> Response:
    """A file of the page. Raises HTTPException for one that there is not."""
    if asset not in ASSETS:
        raise HTTPException(404)
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": HOUR, "vary": "Accept-Encoding", "content-type": ASSETS[asset]}
    if compressed:
        headers["content-encoding"] = "gzip"
    return Response(read(asset, compressed), headers=headers)


def install(app: FastAPI) -> None:
    """Add the documentation of all that an application has when it is first asked for."""

    @cache
    def document(root_path: str) -> bytes:
        servers = {"servers": [{"url": root_path}]} if root_path else {}
        return to_json(app.openapi() | servers)

    async def openapi(request: Request) -> Response:
        """The OpenAPI document."""
        root_path = request.scope.get("root_path", "").rstrip("/")
        # Made when it is first asked for, which takes a tenth of a second.
        content = await to_thread.run_sync(document, root_path)
        return Response(content, media_type="application/json")

    app.get("/openapi.json", include_in_schema=False)(openapi)
    app.get("/docs", include_in_schema=False)(page)
    app.get("/docs/{asset}", include_in_schema=False)(asset)
