"""What goes wrong between a client and a service.

    NamewrightError
    └── ClientError                what this client raises
        ├── NoAnswerError              nobody answers, or the connection broke
        │   └── TimedOutError              it took too long
        ├── ForeignAnswerError         what answers is not Namewright
        ├── ChangedModelError          a stream cannot go on: its model is another one now
        └── ProblemError               the service answered with a problem (RFC 9457)
            ├── RemoteModelNotFoundError   also a ModelNotFoundError
            ├── RemoteParameterError       also a ParameterError
            ├── RemoteImpossibleError      also an ImpossibleError
            ├── RemoteExhaustedError       also an ExhaustedError
            └── RemoteBudgetError          also a BudgetError

A problem that the library would raise is an exception of the library too, with its text and its
attributes: `except ParameterError` serves a program whether it has a model or asks for names.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from namewright.answers import Problem
from namewright.errors import (
    BudgetError,
    ExhaustedError,
    ImpossibleError,
    ModelNotFoundError,
    NamewrightError,
    ParameterError,
)

PASSING = frozenset({408, 429, 502, 503, 504})
"""Statuses of what may have gone by when it is tried again."""
TYPE = "urn:namewright:problem:"
"""What the types of the service's problems begin with."""


class ClientError(NamewrightError):
    """Something went wrong between this client and a service.

    passing        whether it may have gone by when it is tried again; nothing here has effects, so
                   that every call may be
    retry_after    seconds, where the service says after how long to try again
    """

    passing = False
    retry_after: float | None = None


class NoAnswerError(ClientError):
    """Nobody answers, or the connection broke before the answer was whole."""

    passing = True


class TimedOutError(NoAnswerError, TimeoutError):
    """Nothing was heard for as long as `timeout` says."""


class ForeignAnswerError(ClientError):
    """What answers is not Namewright: the address may not be right, or a proxy is in between."""


class ChangedModelError(ClientError):
    """A stream broke off and cannot go on: the service would give other names now."""

    def __init__(self, header: str) -> None:
        super().__init__(
            f"the stream broke off and cannot go on: {header} is not what it was when it began, so "
            "the names would be others; begin anew"
        )


class ProblemError(ClientError):
    """The service answered with a problem; its text is that of the problem's `detail`.

    problem       all of it
    status        of the answer
    type          names the kind of problem; stable, for programs
    request_id    what the service's log calls this request
    """

    def __init__(
        self, problem: Problem, request_id: str = "", retry_after: float | None = None
    ) -> None:
        # Not that of the other class that some are of, whose text is made of what is not known.
        Exception.__init__(self, problem["detail"])
        self.problem, self.request_id, self.retry_after = problem, request_id, retry_after
        self.status, self.type = problem["status"], problem["type"]
        self.passing = self.status in PASSING


class RemoteModelNotFoundError(ProblemError, ModelNotFoundError):
    """The service has no such model; `available` are those that it has."""

    def __init__(self, problem: Problem, request_id: str, retry_after: float | None) -> None:
        super().__init__(problem, request_id, retry_after)
        self.available = tuple(problem.get("available", ()))


class RemoteParameterError(ProblemError, ParameterError):
    """The service refuses a parameter: `parameter` is the first that is at fault."""

    def __init__(self, problem: Problem, request_id: str, retry_after: float | None) -> None:
        super().__init__(problem, request_id, retry_after)
        [first, *_] = problem.get("errors", [{"parameter": "", "detail": problem["detail"]}])
        self.parameter, self.detail = first["parameter"], first["detail"]


class RemoteImpossibleError(ProblemError, ImpossibleError):
    """No name that the model can make meets all filters."""


class RemoteExhaustedError(ProblemError, ExhaustedError):
    """The name at `index` was not found; how many `attempts` it took is in the text alone."""

    def __init__(self, problem: Problem, request_id: str, retry_after: float | None) -> None:
        super().__init__(problem, request_id, retry_after)
        self.index, self.attempts, self.names = problem["index"], 0, []


class RemoteBudgetError(ProblemError, BudgetError):
    """The request took more candidates than the service draws for one."""


MIRRORED: dict[str, type[ProblemError]] = {
    "model-not-found": RemoteModelNotFoundError,
    "invalid-parameters": RemoteParameterError,
    "no-such-name": RemoteImpossibleError,
    "no-name-found": RemoteBudgetError,
}
"""The end of a problem's type -> the exception that is also one of the library."""


def problem_of(status: int, headers: Mapping[str, str], body: bytes) -> ProblemError:
    """The exception of an answer that is no success, whoever gave it."""
    try:
        problem: Problem = json.loads(body)
        problem["type"], problem["detail"], problem["status"], problem["title"]
    except (ValueError, TypeError, KeyError):
        problem = foreign(status, headers)
    kind = MIRRORED.get(problem["type"].removeprefix(TYPE), ProblemError)
    if kind is RemoteBudgetError and "index" in problem:
        kind = RemoteExhaustedError
    after = retry_after(headers.get("retry-after", ""))
    return kind(problem, headers.get("x-request-id", ""), after)


def foreign(status: int, headers: Mapping[str, str]) -> Problem:
    """The problem of an answer that has none, such as a proxy's."""
    known = status in HTTPStatus.__members__.values()
    title = HTTPStatus(status).phrase if known else "Unknown status"
    location = headers.get("location")
    detail = f"{status} {title}, which is no answer of Namewright; is base_url right?"
    if location:
        detail = f"{status} {title}: it is at {location}; give that as base_url"
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def retry_after(value: str) -> float | None:
    """Seconds that a Retry-After asks for, which is a number of them or a date; None without."""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
