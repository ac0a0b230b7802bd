"""What is inside a model, for whoever wants to look: the page does.

    GET /models/{model}/inside          pairs of characters, lengths, the embedding
    GET /models/{model}/steps?name=     a name on its way through the automaton

Both take some hundredths of a second, whatever the model, so they wait their turn with the large
requests. What is inside is made once, and may be kept, as the names of a seed may; a name that was
typed may not.
"""

from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from pydantic_core import to_json

from namewright import __version__
from namewright.answers import StepsResponse
from namewright.budget import Budget
from namewright.errors import UnscorableError
from namewright.explanation import END
from namewright.inside import DRAWN, Inside, inside_of
from namewright.parameters import SAMPLER
from namewright.steps import steps_of

from .call import MISSING, Answer, ModelName, documented, model_of
from .entity_tag import is_known, tag_of
from .exchange import exchange_of
from .limits.admission import admit, compute, compute_unless_gone
from .rows_document import NOT_MODIFIED
from .schemas import StepsQuery

MOST_DRAWN = 10 * DRAWN
"""The candidates that names may take: beyond, the model hardly makes any."""
MOST_MADE = 64
MADE: dict[str, bytes] = {}
"""What was answered of what is inside a model, by its tag: some kilobytes each."""


async def inside(model: ModelName, request: Request) -> Response:
    """What is inside a model: which characters follow which, how long names are, the embedding."""
    found = model_of(request, model)
    exchange = exchange_of(request)
    exchange.tag = tag_of("inside", found.name, found.digest, SAMPLER, __version__)
    if is_known(exchange.tag, request.scope):
        return Response(status_code=304)
    if exchange.tag in MADE:
        return Answer(MADE[exchange.tag])
    budget = Budget(MOST_DRAWN)

    def work() -> bytes:
        return to_json(inside_of(found, budget))

    admit(request)
    exchange.names = DRAWN
    try:
        body = await compute_unless_gone(request, work, budget.cancel)
    finally:
        exchange.attempts = budget.drawn
    if len(MADE) >= MOST_MADE:
        MADE.clear()
    MADE[exchange.tag] = body
    return Answer(body)


async def steps(
    model: ModelName, query: Annotated[StepsQuery, Query()], request: Request
) -> Response:
    """A name on its way through a model's automaton: each state, and what it predicts."""
    found = model_of(request, model)
    [score] = found.score([query.name])
    if isinstance(score, UnscorableError):
        raise score

    def work() -> bytes:
        response: StepsResponse = {
            "model": found.name,
            "digest": found.digest,
            "name": score.name,
            "tokens": [END, *found.automaton.alphabet.characters],
            "steps": steps_of(found.automaton, score.name),
        }
        return to_json(response)

    admit(request)
    return Answer(await compute(request, work))


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    app.get(
        "/models/{model}/inside",
        summary="Look into a model",
        tags=["models"],
        **documented(Inside, MISSING, NOT_MODIFIED),
    )(inside)
    app.get(
        "/models/{model}/steps",
        summary="Follow a name through a model",
        tags=["models"],
        **documented(StepsResponse, MISSING),
    )(steps)
