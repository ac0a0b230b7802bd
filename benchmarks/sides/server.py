"""Servers to compare with: `python -m benchmarks.sides.server WHICH PORT [LENGTH]`.

Each runs as `namewright serve` does: one uvicorn worker, uvloop and httptools where there are
any. WHICH is one of

    ceiling    a FastAPI route with five validated parameters, and one with our score request,
               that return LENGTH constant bytes
    bare       FastAPI with one route
"""

import sys

import uvicorn
from fastapi import FastAPI


def serve(which: str, port: int, length: int) -> None:
    """Serve until killed."""
    app = FastAPI()
    if which == "ceiling":
        add_ceiling(app, length)
    else:

        @app.get("/names")
        async def names() -> dict[str, list[str]]:
            return {"names": []}

    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")


def add_ceiling(app: FastAPI, length: int) -> None:
    """The two routes whose cost is parsing alone."""
    from typing import Annotated

    from fastapi import Query, Response

    from app.schemas import ScoreRequest

    body = b"x" * length

    @app.get("/names", response_class=Response)
    async def names(
        n: Annotated[int, Query(ge=1, le=10_000)] = 20,
        seed: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
        temperature: Annotated[float, Query(ge=0, le=5)] = 1.0,
        top_k: Annotated[int, Query(ge=0)] = 0,
        top_p: Annotated[float, Query(gt=0, le=1)] = 1.0,
    ) -> Response:
        return Response(body, media_type="application/json")

    @app.post("/score", response_class=Response)
    async def score(request: ScoreRequest) -> Response:
        return Response(body, media_type="application/json")


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
