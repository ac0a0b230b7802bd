"""What is prepared serves the requests that differ in n, seed and offset alone, and no others."""

from typing import Any

import httpx
import pytest

from app import prepared
from app.main import create_app
from app.prepared import MOST, Prepared, PreparedNames
from app.schemas import NamesQuery
from namewright import Model, Registry
from namewright.parameters import RULES
from tests.conftest import serving
from tests.namewright.test_parameters import CHANGED

OF_EACH: dict[str, Any] = {"n": 7, "seed": 8, "offset": 9}


@pytest.fixture
def kept() -> PreparedNames:
    return PreparedNames()


def prepare(kept: PreparedNames, model: Any, written: str = "json", **given: Any) -> Prepared:
    query = NamesQuery(**({"seed": 1} | given))
    return kept.of(model, query, query.sampling(), written)


def test_requests_that_are_alike_share_it(kept: PreparedNames, tiny_model: Model) -> None:
    first = prepare(kept, tiny_model)
    assert prepare(kept, tiny_model, **OF_EACH) is first
    assert prepare(kept, tiny_model, temperature=1, safe=True, starts_with="") is first
    assert len(kept.kept) == 1


@pytest.mark.parametrize("name", [*sorted(RULES.keys() - OF_EACH.keys()), "probability", "scores"])
def test_others_have_their_own(kept: PreparedNames, tiny_model: Model, name: str) -> None:
    first = prepare(kept, tiny_model)
    value = CHANGED.get(name, True)
    value = list(value) if isinstance(value, tuple) else value
    other = prepare(kept, tiny_model, **{name: value})
    assert other is not first
    assert other.kind != first.kind
    assert prepare(kept, tiny_model, **{name: value}) is other


def test_models_formats_and_words_have_their_own(
    kept: PreparedNames, shipped: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(shipped, "bigram")
    found = {prepare(kept, model) for model in shipped.values()}
    found.add(prepare(kept, shipped["bigram"], "csv"))
    joined = prepare(kept, registry.find("bigram+mlp"))
    assert prepare(kept, registry.find("bigram+mlp")) is joined
    found.add(joined)
    own = prepared.words().with_own(prepared.words())
    monkeypatch.setattr(prepared, "words", lambda: own)
    found.add(prepare(kept, shipped["bigram"]))
    assert len(found) == len(kept.kept) == len(shipped) + 3


def test_few_are_kept(kept: PreparedNames, tiny_model: Model) -> None:
    for k in range(3 * MOST):
        prepare(kept, tiny_model, top_k=k)
        assert len(kept.kept) <= MOST


def test_the_zero_with_a_sign_is_that_without(kept: PreparedNames, tiny_model: Model) -> None:
    signed = prepare(kept, tiny_model, temperature="-0.0")
    assert prepare(PreparedNames(), tiny_model, temperature=0).kind == signed.kind
    assert b"-0" not in b"".join(signed.head)


def test_one_that_was_forgotten_gives_the_same(tiny_model: Model) -> None:
    with (
        serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url,
        httpx.Client(base_url=url) as client,
    ):
        first = client.get("/names?seed=1")
        for k in range(MOST + 1):
            assert client.get(f"/names?seed=1&top_k={k}").status_code == 200
        again = client.get("/names?seed=1")
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
