"""The two busy calls, answered ahead of FastAPI when there is nothing unusual about them.

A FastAPI route with five validated parameters takes about 130 microseconds of CPU before it does
any work; the work, 20 names, takes about 6. So a plain request is parsed by the route's own
pydantic model, with one call, and answered from here. Anything else (a parameter that is
repeated, unknown or not valid, an unknown model, a filter, a large batch, a body that is not
plain JSON) goes on to the route, untouched: the routes stay the one definition of parameters,
documentation and errors, and a property test holds both to the same answers.
"""

from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.encoding import encode_names, encode_scores
from namewright import NamewrightError, Registry
from app.schemas import NamesQuery, ScoreRequest

MAX_BODY = 65_536
"""A larger body is not a small batch."""

parse_query = NamesQuery.__pydantic_validator__.validate_python
parse_body = ScoreRequest.__pydantic_validator__.validate_json


class FastPath:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, registry: Registry) -> None:
        self.app = app
        self.registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] == "http":
            call = (scope["method"], scope["path"])
            if call == ("GET", "/names"):
                answer = self.names(scope["query_string"])
                if answer is not None:
                    await respond(send, answer)
                    return
            elif call == ("POST", "/score") and is_plain_json(scope):
                message = await receive()
                answer = self.scores(message)
                if answer is not None:
                    await respond(send, answer)
                    return
                receive = replay(message, receive)
        await self.app(scope, receive, send)

    def names(self, query_string: bytes) -> bytes | None:
        """The answer to a plain `GET /names`, or None."""
        try:
            pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
            parameters = dict(pairs)
            if len(parameters) != len(pairs):
                return None
            query: NamesQuery = parse_query(parameters)
            if not query.is_small:
                return None
            return encode_names(self.registry.find(query.model), query)
        except (ValueError, NamewrightError):  # ValidationError is a ValueError
            return None

    def scores(self, message: Message) -> bytes | None:
        """The answer to a plain `POST /score`, or None."""
        if message["type"] != "http.request" or message.get("more_body"):
            return None
        body = message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        try:
            request: ScoreRequest = parse_body(body)
            if not request.is_small:
                return None
            model = self.registry.find(request.model)
        except (ValidationError, NamewrightError):
            return None
        return encode_scores(model, model.score(request.names), request.characters)


def is_plain_json(scope: Scope) -> bool:
    """Whether a request says that its body is JSON, and asks nothing in its query."""
    headers = scope["headers"]
    return not scope["query_string"] and (b"content-type", b"application/json") in headers


def replay(message: Message, receive: Receive) -> Receive:
    """A `receive` that gives back a message that was taken."""
    taken: list[Message] = [message]

    async def again() -> Message:
        return taken.pop() if taken else await receive()

    return again


async def respond(send: Send, body: bytes) -> None:
    """A 200 of JSON."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
