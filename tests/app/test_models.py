import httpx
import pytest

from namewright import Model
from tests.conftest import SHIPPED


def test_every_model_is_listed(client: httpx.Client) -> None:
    body = client.get("/models").json()
    assert body["default"] == "tiny"
    assert body["kernel"] == "compiled"
    assert [model["name"] for model in body["models"]] == ["tiny", *SHIPPED]
    assert [model["name"] for model in body["models"] if model["default"]] == ["tiny"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_model_is_described(client: httpx.Client, shipped: dict[str, Model], name: str) -> None:
    body = client.get(f"/models/{name}").json()
    model = shipped[name]
    assert body["digest"] == model.checkpoint.digest
    assert body["states"] == model.automaton.states
    assert body["parameters"] == model.parameters
    signs = " '-" if name == "world" else ""
    assert body["alphabet"] == list(f"{signs}abcdefghijklmnopqrstuvwxyz")
    compiled = {"teacher"} if body["architecture"] == "automaton" else set()
    assert set(body["losses"]) == {"train", "validation", "test"} | compiled
    of_its_own = name in {"boys", "girls", "surnames", "world"}
    assert body["data"]["file"] == (f"{name}.txt" if of_its_own else "names.txt")


def test_an_unknown_model_is_404(client: httpx.Client) -> None:
    response = client.get("/models/nobody")
    assert response.status_code == 404
    assert "mlp" in response.json()["detail"]


@pytest.mark.parametrize(("path", "status"), [("/healthz", "alive"), ("/readyz", "ready")])
def test_health(client: httpx.Client, path: str, status: str) -> None:
    assert client.get(path).json() == {"status": status}
