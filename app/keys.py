"""Keys: where a setting names a file of them, a request has to have one of them.

    Authorization: Bearer nw_...

A path that is not open asks for one, whether there is such a path or not, before anything else of a
request is looked at. The OpenAPI document has it. No key is in a log or an answer; the name of one
is in the log.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from .application import Application
from .exchange import exchange_in
from .key_file import Keys
from .negotiation import header
from .problems import describe_response
from .settings import Settings

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="namewright"'}
SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, if the service asks for one; `namewright keys new` makes one.",
}
"""How the OpenAPI document describes a key."""


class OpenPaths:
    """Paths that need no key, and those below them; but `/` is the page alone."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = frozenset(paths)
        self.above = tuple(f"{path}/" for path in paths if path != "/")

    def __contains__(self, path: str) -> bool:
        """Whether a path is one of them."""
        return path in self.paths or path.startswith(self.above)


class KeyCheck:
    """An ASGI middleware, which lets through what is open, and who has a key."""

    def __init__(self, app: ASGIApp, keys: Keys, open_paths: OpenPaths) -> None:
        self.app, self.keys, self.open_paths = app, keys, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on. Raises HTTPException for one that has no key and has to have one."""
        if scope["type"] == "http" and path_in(scope) not in self.open_paths:
            name = self.keys.name_of(key_in(scope))
            if name is None:
                raise HTTPException(401, headers=CHALLENGE)
            exchange_in(scope).caller = name
        await self.app(scope, receive, send)


def path_in(scope: Scope) -> str:
    """The path that is asked for, below where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def key_in(scope: Scope) -> str:
    """The key that a request has; empty where it has none. RFC 6750, section 2.1."""
    scheme, _, key = header(scope, b"authorization").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def document(api: dict[str, Any], open_paths: OpenPaths) -> None:
    """Say in an OpenAPI document which calls need a key, and what they answer without one."""
    api["components"]["securitySchemes"] = {"key": SCHEME}
    refused = describe_response("The request has no key, or not one of this service")
    for path, operations in api["paths"].items():
        if path not in open_paths:
            for operation in operations.values():
                operation["security"] = [{"key": []}]
                operation["responses"]["401"] = refused


def install(app: Application, settings: Settings) -> None:
    """Read the file of keys, if there is one. Raises SettingError.

    `app.state.keys.reload()` reads it again.
    """
    app.state.keys = None
    if settings.api_keys_file:
        keys = app.state.keys = Keys(settings.api_keys_file)
        open_paths = OpenPaths(settings.open_paths)
        app.innermost.append(lambda inner: KeyCheck(inner, keys, open_paths))
        app.documenting.append(lambda api: document(api, open_paths))
