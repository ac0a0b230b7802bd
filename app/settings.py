"""The settings of the service: the NAMEWRIGHT_* variables, read once.

Three more of them say which models there are; the library reads those: see `namewright.registry`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from namewright import registry
from namewright.errors import SettingError, did_you_mean

from .lists import Networks, Origins, Paths

PREFIX = registry.PREFIX
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""The folder in which workers count together; prometheus-client asks for it when it is imported."""


class Limits(BaseSettings):
    """What one client may take from the others."""

    max_body: int = Field(262_144, ge=1, description="Bytes of a request's body; beyond, 413.")
    max_lines: int = Field(
        1_048_576, ge=1, description="Bytes of a body of lines, text or CSV; beyond, 413."
    )
    max_head: int = Field(16_384, ge=256, description="Bytes of a request's headers; beyond, 431.")
    max_headers: int = Field(100, ge=8, description="Headers of a request; beyond, 431.")
    max_target: int = Field(8_192, ge=64, description="Bytes of a path and query; beyond, 414.")
    max_connections: int = Field(
        512, ge=1, description="Connections; beyond, the one idle for longest is closed, else 503."
    )
    max_in_flight: int = Field(
        256, ge=1, description="Requests that are being answered; beyond, 503."
    )
    large_requests: int = Field(
        2, ge=1, description="Large requests in work at a time: about one per core."
    )
    queue: int = Field(2, ge=0, description="Large requests that wait their turn; beyond, 503.")
    streams: int = Field(
        32, ge=1, description="Answers in rows that are being sent at a time; beyond, 503."
    )
    max_candidates: int = Field(
        2_000_000,
        ge=1,
        description="Candidates that one request, or a part of a stream, may draw; beyond, 422.",
    )
    condition_memory: int = Field(
        64, ge=0, description="MiB in which what filters need is kept for the next request of them."
    )
    head_timeout: float = Field(5, gt=0, description="Seconds to send headers; after them, 408.")
    body_timeout: float = Field(8, gt=0, description="Seconds to send a body; after them, 408.")
    answer_timeout: float = Field(
        6, gt=0, description="Seconds in which some of an answer has to be taken, or it is cut."
    )
    keep_alive: float = Field(
        5, gt=0, description="Seconds that a connection may stay idle between requests."
    )
    drain_delay: float = Field(
        0, ge=0, description="Seconds after SIGTERM in which it still takes requests, not ready."
    )
    shutdown_timeout: float = Field(
        8, gt=0, description="Seconds after which what is still in work is cut."
    )


class Settings(Limits):
    """Settings of the service; for each field, NAMEWRIGHT_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="The port to listen on; 0 for any free one."
    )
    workers: int = Field(
        default=1, ge=1, le=256, description="Processes that answer; about one per core."
    )
    access_log: bool = Field(default=True, description="Whether to log one line per request.")
    log_format: Literal["text", "json"] = Field(
        default="text", description="What a line of the log is."
    )
    log_health: bool = Field(
        default=False, description="Whether health checks and scrapes that succeed are logged too."
    )
    cache_seconds: int = Field(
        default=3_600, ge=0, description="How long a cache may keep the names of a seed; 0: not."
    )
    cors_origins: Origins = Field(
        default=(), description="Origins whose pages may read answers, separated by commas."
    )
    offensive_words_file: Path | None = Field(
        default=None, description="A file of words that no name has, beside those shipped."
    )
    api_keys_file: Path | None = Field(
        default=None, description="A file of keys, of which a request then has to have one."
    )
    open_paths: Paths = Field(
        default=(
            "/",
            "/page",
            "/healthz",
            "/health",
            "/readyz",
            "/docs",
            "/openapi.json",
            "/guide",
        ),
        description="Paths, without a slash at the end, that need no key, and what is below them.",
    )
    guide_dir: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None,
        description="A folder with the site of `make docs`, answered at `/guide`; empty for none.",
    )
    trusted_proxies: Networks = Field(
        default=(),
        description="Addresses and networks of proxies whose X-Forwarded-For is believed.",
    )
    metrics: bool = Field(default=True, description="Whether to count, and answer `/metrics`.")
    telemetry: bool = Field(
        default=False, description="Whether to send traces, as the OTEL_* variables say."
    )


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
            hint = did_you_mean(variable, known) or f"there are: {', '.join(known)}"
            raise SettingError(variable, f"is not a setting; {hint}")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        fault = error.errors()[0]
        raise SettingError(
            PREFIX + str(fault["loc"][0]).upper(),
            fault["msg"].removeprefix("Input ").removeprefix("Value error, "),
        ) from None
