"""`/docs` and `/openapi.json`, with nothing from elsewhere: the page works without the internet.

Swagger UI is in `static/docs/`, which says where it is from. The page's scripts are files, so that
it may have a policy that runs no other.
"""

from functools import cache
from typing import Annotated

from anyio import to_thread
from fastapi import FastAPI, Path, Request, Response
from pydantic_core import to_json

from .static_files import HOUR, STATIC, StaticFiles

FILES = StaticFiles(STATIC / "docs")


async def page() -> Response:
    """The page that shows the documentation."""
    return Response((STATIC / "docs" / "docs.html").read_bytes(), media_type="text/html")


async def asset(asset: Annotated[str, Path()], request: Request) -> Response:
    """A file of the page. Raises HTTPException for one that there is not."""
    return FILES.respond(asset, request, HOUR)


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
