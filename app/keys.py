"""Keys: where a setting names a file of them, a request has to have one of them.

    Authorization: Bearer nw_...

It is a FastAPI dependency of the application, so it is solved before anything of a request is read,
and the OpenAPI document has it. No key is in a log or an answer; the name of one is in the log.
"""

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .application import Application
from .exchange import exchange_of
from .key_file import Keys
from .problems import describe_response
from .settings import Settings

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="namewright"'}
DESCRIPTION = "A key, if the service asks for one; `namewright keys new` makes one."

bearer = HTTPBearer(auto_error=False, scheme_name="key", description=DESCRIPTION)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def is_open(path: str, settings: Settings) -> bool:
    """Whether a route needs no key: its path, or one that it is below, is among the open ones."""
    return any(path == each or path.startswith(f"{each}/") for each in settings.open_paths)


async def require_key(request: Request, credentials: Credentials) -> None:
    """Refuse a request that has to have a key and has none. Raises HTTPException."""
    state = request.scope["app"].state
    if is_open(request.scope["route"].path_format, state.settings):
        return
    name = state.keys.name_of(credentials.credentials) if credentials else None
    if name is None:
        raise HTTPException(401, headers=CHALLENGE)
    exchange_of(request).caller = name


def dependencies(settings: Settings) -> list[Dependency]:
    """What has to be solved for every request."""
    return [Depends(require_key)] if settings.api_keys_file else []


def document(api: dict[str, Any], settings: Settings) -> None:
    """Say in an OpenAPI document which calls need a key, and what they answer without one."""
    refused = describe_response("The request has no key, or not one of this service")
    for path, operations in api["paths"].items():
        for operation in operations.values():
            if is_open(path, settings):
                operation.pop("security", None)
            else:
                operation["responses"]["401"] = refused


def install(app: Application, settings: Settings) -> None:
    """Read the file of keys, if there is one. Raises SettingError.

    `app.state.keys.reload()` reads it again.
    """
    app.state.keys = None
    if settings.api_keys_file:
        app.state.keys = Keys(settings.api_keys_file)
        app.documenting.append(lambda api: document(api, settings))
