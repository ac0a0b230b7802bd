"""Which calls there are. Each reads its shape, makes one call of the library, and answers."""

from fastapi import FastAPI

from . import health, inside, models, names, scores
from .shape_route import ShapeRoute


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    app.router.route_class = ShapeRoute
    for calls in (names, scores, models, health, inside):
        calls.install(app)
