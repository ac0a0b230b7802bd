"""OPTIONS, and methods that a path does not take, as RFC 9110 has them.

Both say what the path takes, in `Allow`: OPTIONS with 204, any other method with 405.
"""

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.routing import Match, Route

from .problems import on_http_error


def allowed(request: Request) -> str:
    """The methods of all routes that have the path of a request, A to Z."""
    methods = {"OPTIONS"}
    for route in request.scope["app"].routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


async def on_other_method(request: Request, error: Exception) -> Response:
    """A method for which the path has no call."""
    headers = {"Allow": allowed(request)}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return await on_http_error(request, HTTPException(405, headers=headers))


def install(app: FastAPI) -> None:
    """Answer OPTIONS, and say what is allowed."""
    app.add_exception_handler(405, on_other_method)
