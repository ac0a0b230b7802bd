"""`GET /healthz`: the process answers. `GET /readyz`: it wants requests."""

from fastapi import FastAPI, HTTPException, Request, Response
from pydantic_core import to_json

from namewright.answers import Status

from .call import Answer, documented


async def healthz() -> Response:
    """The process answers."""
    status: Status = {"status": "alive"}
    return Answer(to_json(status))


async def readyz(request: Request) -> Response:
    """All models are loaded, and it is not about to stop."""
    if not request.app.state.guard.ready:
        raise HTTPException(503)
    status: Status = {"status": "ready"}
    return Answer(to_json(status))


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    app.get("/healthz", summary="Is it alive?", tags=["health"], **documented(Status))(healthz)
    app.get("/health", include_in_schema=False)(healthz)  # as some probes have it
    app.get("/readyz", summary="Can it serve?", tags=["health"], **documented(Status))(readyz)
