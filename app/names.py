"""`GET /names`: a batch of names, in JSON or in rows.

A small request is answered on the event loop, which is quicker than handing it to a thread: what is
small is measured in candidates drawn. A large one waits its turn, and is done in a thread, so that
it does not hold up the others; a dear one, in a thread that large ones do not need.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import StreamingResponse

from namewright import Sampling
from namewright.answers import MAX_NAMES, NamesResponse
from namewright.budget import Budget
from namewright.errors import BudgetError, ParameterError
from namewright.formats import FORMATS, Format
from namewright.joined import AnyModel
from namewright.parameters import SAMPLER
from namewright.writers import NameWriter

from .call import MISSING, Answer, documented, label_of, registry_of
from .encoding import encode_names
from .entity_tag import is_known
from .exchange import Exchange, exchange_of
from .headers import ROW_HEADERS
from .limits.admission import DEAR, LARGE, admit, compute_unless_gone, until_handed_over
from .limits.answers import BUFFER
from .negotiation import JSON, format_of
from .prepared import Prepared
from .rows_document import NOT_MODIFIED
from .schemas import (
    FORMAT_NAMES,
    LARGE_CANDIDATES,
    SMALL_CANDIDATES,
    NamesQuery,
)
from .streams import NameRows, stream_names


async def names(query: Annotated[NamesQuery, Query()], request: Request) -> Response:
    """A batch of invented names. The same seed and parameters give the same names, anywhere.

    Name `i` of a seed does not depend on `n`: `n=5` is the first five of `n=100`, and `offset=40`
    continues a batch of 40. Rows are sent as they are made, and `offset` goes on where a download
    broke off.
    """
    model = registry_of(request).find(query.model)
    exchange = exchange_of(request)
    exchange.model = label_of(model)
    sampling = query.sampling().seeded()
    written = format_of(request.scope, query.format, FORMAT_NAMES)
    if sampling.n > MAX_NAMES and (written == "json" or sampling.unique):
        more = f"in JSON; {', '.join(FORMATS)} have more"
        where = more if written == "json" else "under unique"
        raise ParameterError("n", f"should be from 1 to {MAX_NAMES:,} {where}")
    prepared = request.scope["app"].state.prepared.of(model, query, sampling, written)
    if query.seed is not None:
        exchange.tag = prepared.tag(sampling)
        if is_known(exchange.tag, request.scope):
            return Response(status_code=304)
    if written == "json":
        return await names_in_json(request, exchange, prepared, query, sampling)
    return await names_in_rows(request, exchange, prepared, query, sampling, FORMATS[written])


async def names_in_json(
    request: Request, exchange: Exchange, prepared: Prepared, query: NamesQuery, sampling: Sampling
) -> Response:
    """The names at once, or in a thread where they are many or their filters are rare."""
    if sampling.n <= prepared.small:
        budget = Budget(SMALL_CANDIDATES, reads=False, builds=False)
        try:
            body, exchange.names = encode_names(prepared, sampling, query, budget)
            return Answer(body)
        except BudgetError:
            pass  # it is a large one after all
        finally:
            exchange.attempts = budget.drawn
    most = request.app.state.settings.max_candidates
    kinds = {LARGE: Budget(min(LARGE_CANDIDATES, most), builds=False), DEAR: Budget(most)}
    if is_dear(prepared.model, sampling):
        del kinds[LARGE]
    for kind, budget in kinds.items():
        admit(request, kind)
        try:
            work = partial(encode_names, prepared, sampling, query, budget)
            body, exchange.names = await compute_unless_gone(request, work, budget.cancel)
            break
        except BudgetError:
            if kind == DEAR:
                raise
        finally:
            exchange.attempts = budget.drawn
    return respond_in_parts(request, body)


def is_dear(model: AnyModel, sampling: Sampling) -> bool:
    """Whether it is known already that a request takes more candidates than a large one may."""
    try:
        return model.expected_candidates(sampling) > LARGE_CANDIDATES
    except BudgetError:
        return False


async def names_in_rows(
    request: Request,
    exchange: Exchange,
    prepared: Prepared,
    query: NamesQuery,
    sampling: Sampling,
    written: Format,
) -> Response:
    """The names as rows; headers say what gives them again."""
    if query.probability:
        raise ParameterError("probability", "is there in JSON alone")
    model = prepared.model
    writer = NameWriter(model, written, sampling.case, scores=query.scores)
    # A header is ASCII; the name of a file need not be.
    said = (
        quote(model.name, safe="+"),
        model.digest,
        str(SAMPLER),
        str(sampling.seed),
        prepared.words,
    )
    headers = {name: value for name, value in zip(ROW_HEADERS, said, strict=True) if value}
    if sampling.n <= prepared.small:
        budget = Budget(SMALL_CANDIDATES, reads=False, builds=False)
        try:
            rows = NameRows(writer, sampling, exchange).take(sampling.n, budget)
            return Answer(writer.head() + rows, written.media_type, headers)
        except BudgetError:
            pass
        finally:
            exchange.attempts = budget.drawn
    return await stream_names(request, writer, sampling, headers)


def respond_in_parts(request: Request, body: bytes) -> Response:
    """A large body: a part of it is sent when the client has taken those before it."""

    async def parts() -> AsyncIterator[bytes]:
        for first in range(0, len(body), BUFFER):
            yield body[first : first + BUFFER]

    return StreamingResponse(
        until_handed_over(request, parts()),
        media_type=JSON,
        headers={"content-length": str(len(body))},
    )


def install(app: FastAPI) -> None:
    """Add the call to an application."""
    app.get(
        "/names",
        summary="Invent names",
        tags=["names"],
        **documented(NamesResponse, MISSING, NOT_MODIFIED, rows=tuple(FORMATS)),
    )(names)
