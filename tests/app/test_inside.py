"""The calls that look into a model."""

import httpx
import pytest

from tests import tiny


def test_what_is_inside_the_tiny_model(client: httpx.Client) -> None:
    inside = client.get("/models/tiny/inside").json()
    assert inside["tokens"] == ["", "a", "b"]
    assert inside["drawn"] == 10_000
    assert sum(inside["lengths"]) == pytest.approx(1)
    # A candidate that is empty is thrown away, so a name begins with a twice as often as with b.
    assert inside["pairs"]["counted_in"] == "drawn"
    [first, after_a, _] = inside["pairs"]["counts"]
    assert first[1] / sum(first) == pytest.approx(2 / 3, abs=0.02)
    for token, share in enumerate(tiny.PROBABILITIES[1]):
        assert after_a[token] / sum(after_a) == pytest.approx(share, abs=0.02)
    assert "embedding" not in inside


def test_counts_of_the_list_and_embeddings_are_those_of_the_checkpoint(
    client: httpx.Client,
) -> None:
    pairs = client.get("/models/bigram/inside").json()["pairs"]
    assert pairs["counted_in"] == "list"
    embedding = client.get("/models/mlp/inside").json()["embedding"]
    assert embedding["dimensions"] == 10
    assert len(embedding["points"]) == 27
    assert 0.2 < embedding["share"] < 1


def test_it_may_be_kept_and_asked_for_by_its_tag(client: httpx.Client) -> None:
    answer = client.get("/models/tiny/inside")
    assert answer.headers["cache-control"] == "public, max-age=3600, immutable"
    known = {"if-none-match": answer.headers["etag"]}
    assert client.get("/models/tiny/inside", headers=known).status_code == 304
    assert client.get("/models/mlp/inside", headers=known).status_code == 200


def test_a_name_step_by_step_multiplies_to_its_score(client: httpx.Client) -> None:
    answer = client.get("/models/tiny/steps", params={"name": " AB"})
    body = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert body["name"] == "ab"
    assert [step["character"] for step in body["steps"]] == ["a", "b", ""]
    assert [step["state"] for step in body["steps"]] == [0, 1, 2]
    assert [step["probability"] for step in body["steps"]] == pytest.approx([0.6, 0.3, 0.25])
    assert body["steps"][1]["probabilities"] == pytest.approx(tiny.PROBABILITIES[1].tolist())


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("nobody/inside", 404, "mlp"),
        ("nobody/steps?name=a", 404, "mlp"),
        ("mlp/steps", 422, "is required"),
        ("mlp/steps?name=", 422, "empty"),
        ("mlp/steps?name=r2d2", 422, "DIGIT TWO"),
        ("mlp/steps?name=" + "a" * 40, 422, "31"),
        ("mlp/inside?n=3", 422, "unknown parameter"),
    ],
)
def test_what_is_wrong_is_said(client: httpx.Client, path: str, status: int, said: str) -> None:
    answer = client.get(f"/models/{path}")
    assert answer.status_code == status
    assert said in answer.json()["detail"]
