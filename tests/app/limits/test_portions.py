"""What has arrived is taken a portion at a time, over a real socket."""

import pytest

from app.limits.protocol import Protocol
from app.limits.refusal import PORTION
from app.main import create_app
from namewright import Model, Registry
from tests.conftest import serving
from tests.resilience.wire import ask, get, score, upload


def test_whatever_has_arrived_is_handed_on_in_portions(
    tiny_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    data_received = Protocol.data_received

    def observe(self: Protocol, data: bytes) -> None:
        taken.append(len(data))
        data_received(self, data)

    monkeypatch.setattr(Protocol, "data_received", observe)
    names = ["ab", "ba"] * 5_000
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url:
        answer = ask(int(url.rpartition(":")[2]), score(names))
    assert [each["name"] for each in answer.json()["results"]] == names
    assert sum(taken) == len(score(names))
    assert max(taken) == PORTION


def test_no_more_of_a_body_that_nobody_asks_for_is_kept_than_a_portion(
    tiny_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    on_body = Protocol.on_body

    def observe(self: Protocol, body: bytes) -> None:
        on_body(self, body)
        kept.append(len(self.cycle.body))

    monkeypatch.setattr(Protocol, "on_body", observe)
    sent = upload(200_000, "/nowhere") + b" " * 200_000
    with serving(create_app(Registry({"tiny": tiny_model}, "tiny"))) as url:
        port = int(url.rpartition(":")[2])
        assert ask(port, sent).status == 404
        assert ask(port, get("/healthz")).status == 200
    assert 0 < max(kept) <= PORTION
    assert kept[-1] == 0
