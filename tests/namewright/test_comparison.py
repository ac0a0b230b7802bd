import math
from dataclasses import replace

import pytest

from namewright import Model
from namewright.comparison import compare


def test_the_posterior_is_the_ratio_of_the_likelihoods(shipped: dict[str, Model]) -> None:
    models = [shipped["mlp"], shipped["ngram"], shipped["bigram"]]
    names = ["emma", "Wilhelmina", "xqzt"]
    for name, each in zip(names, compare(models, names), strict=True):
        assert "error" not in each
        likelihoods = {
            model.name: math.exp(model.log_likelihoods([name.lower()])[0]) for model in models
        }
        total = sum(likelihoods.values())
        assert each["posterior"] == pytest.approx({n: p / total for n, p in likelihoods.items()})
        assert sum(each["posterior"].values()) == pytest.approx(1)
        assert each["likeliest"] == max(likelihoods, key=likelihoods.__getitem__)
        assert {s["name"] for s in each["scores"].values()} == {name.lower()}


def test_a_model_and_itself_are_equally_likely(shipped: dict[str, Model]) -> None:
    twin = replace(shipped["mlp"], name="twin")
    [found] = compare([shipped["mlp"], twin], ["emma"])
    assert "error" not in found
    assert found["posterior"] == {"mlp": 0.5, "twin": 0.5}
    assert found["likeliest"] == "mlp"


def test_a_name_without_a_score_leaves_the_rest(shipped: dict[str, Model]) -> None:
    models = [shipped["mlp"], shipped["ngram"]]
    found = compare(models, ["emma", "r2", "", "Zoë"])
    assert ["error" in each for each in found] == [False, True, True, False]
    assert "error" in compare(models, ["Zoë"], fold=False)[0]
