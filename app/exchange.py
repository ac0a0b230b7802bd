"""A request and its answer: what is known of them, for the log and the metrics.

What only a call knows, it notes:

    exchange_of(request).model = model.name
"""

from collections.abc import MutableMapping
from typing import Any

from fastapi import Request

from .request_id import request_id

KEY = "namewright.exchange"
"""Where the scope of a request has its exchange."""


class Exchange:
    """What is known of one request and its answer.

    It does not hold the scope, which holds it: both would wait for the cyclic collector, and the
    exit stacks of FastAPI with them.

    caller              the name of the key that was sent; empty for none
    route               the route's template, never a path as sent
    model               the name of a model there is; empty for none
    tag                 of the answer, where asking again gives the same; empty where not
    status, sent        of the answer; bytes of its body, which no HEAD is sent
    begun, answered     whether there is some of it, and all of it
    seconds             from the request's head to the end of the answer
    names, scored       names made, and names to score
    attempts            candidates drawn, rejected ones too
    """

    __slots__ = (
        "answered",
        "attempts",
        "begun",
        "caller",
        "id",
        "model",
        "names",
        "route",
        "scored",
        "seconds",
        "sent",
        "status",
        "tag",
    )

    def __init__(self, request_id: str = "") -> None:
        self.id = request_id
        self.route = "none"
        self.model = self.caller = self.tag = ""
        self.status = self.sent = 0
        self.begun = self.answered = False
        self.names = self.attempts = self.scored = 0
        self.seconds = 0.0


def exchange_in(scope: MutableMapping[str, Any]) -> Exchange:
    """The exchange in a scope; where there is none yet, a new one, from now on."""
    exchange: Exchange | None = scope.get(KEY)
    if exchange is None:
        exchange = scope[KEY] = Exchange(request_id(scope["headers"]))
    return exchange


def exchange_of(request: Request) -> Exchange:
    """The exchange of a request; a new one that nobody looks at, where no middleware has made one.

    So it is where another application includes the routes of this one.
    """
    exchange: Exchange | None = request.scope.get(KEY)
    return Exchange() if exchange is None else exchange
