"""The settings of the service: the NAMEWRIGHT_* variables, read once.

Three more of them say which models there are; the library reads those: see `namewright.registry`.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from namewright import registry
from namewright.errors import SettingError

PREFIX = registry.PREFIX


class Settings(BaseSettings):
    """Settings of the service; for each field, NAMEWRIGHT_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="The port to listen on; 0 for any free one."
    )
    access_log: bool = Field(default=True, description="Whether to log one line per request.")


def read_settings(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """The settings of the environment, and over them what is given and is not None.

    Raises SettingError for a value that is not valid, and for a NAMEWRIGHT_* variable that there
    is not, with the name that is nearest.
    """
    known = [
        PREFIX + name for name in (*registry.VARIABLES, *map(str.upper, Settings.model_fields))
    ]
    for variable in sorted(environment):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            close = get_close_matches(variable, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"
            raise SettingError(variable, f"is not a setting; {hint}")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        fault = error.errors()[0]
        raise SettingError(
            PREFIX + str(fault["loc"][0]).upper(), fault["msg"].removeprefix("Input ")
        ) from None
