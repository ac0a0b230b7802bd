"""Names to score, in bodies that the service takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from namewright.answers import MAX_NAMES
from namewright.client import Client
from namewright.client.batches import MAX_BODY, Batches, size_of
from namewright.client.calls import call_for_scores
from namewright.client.errors import ProblemError
from tests.conftest import serving
from tests.namewright.client.calling import described


def test_any_number_of_names_is_scored(service: Client, shipped: dict[str, Model]) -> None:
    names = shipped["mlp"].sample(MAX_NAMES + 5_000, seed=1) + ["漢" * 31] * 3_000
    given = iter(names)
    scores = service.iter_scores(given, model="mlp", characters=True)
    first = next(scores)
    assert len(list(given)) == len(names) - MAX_NAMES  # the others were not read yet
    assert described([first, *scores]) == described(shipped["mlp"].score(names[:MAX_NAMES]))
    assert len(service.score(names, model="mlp")) == len(names)


def test_a_service_of_smaller_bodies_gets_smaller_batches(tiny_model: Model) -> None:
    app = create_app(Registry({"tiny": tiny_model}, "tiny"), Settings(max_body=300))
    names = tiny_model.sample(200, seed=1)
    with serving(app) as url, Client(url) as client:
        found = client.score(names, characters=True)
        assert described(found) == described(tiny_model.score(names))
        with pytest.raises(ProblemError, match="a body has at most 300 bytes"):
            client.score(["ab", "漢" * 100])


@given(st.lists(st.text(), max_size=60), st.integers(1, 200))
def test_batches_are_all_names_within_their_room(names: list[str], room: int) -> None:
    batches = Batches(names)
    batches.room = room
    too_large = ProblemError({"type": "", "title": "", "status": 413, "detail": ""})
    found: list[str] = []
    while batch := batches.take():
        assert len(batch) == 1 or sum(map(size_of, batch)) <= room
        if len(found) % 3 == 1 and len(batch) > 1:
            batches.shrink(batch, too_large)
        else:
            found += batch
    assert found == names


def test_a_batch_fits_a_body_of_the_service() -> None:
    body = call_for_scores(Batches(["漢" * 31] * 9_999).take(), {"model": "m" * 999}).body
    assert 0.9 * MAX_BODY < len(body or b"") <= MAX_BODY == Settings().max_body


def test_one_text_is_no_list_and_a_number_no_name(service: Client) -> None:
    with pytest.raises(TypeError, match=r"for one name, \[name\]"):
        service.score("emma")
    with pytest.raises(TypeError, match="no option 'folt'; there are: model, fold"):
        service.score(["emma"], folt=False)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="should be text"):
        service.score(["emma", 1])  # type: ignore[list-item]
