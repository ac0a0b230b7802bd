from dataclasses import replace

import numpy as np
import pytest

from namewright import Model
from training.detection import area, detect, judge


def test_the_area_is_the_share_of_pairs_in_which_the_real_one_is_higher() -> None:
    assert area(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1
    assert area(np.array([0.0]), np.array([1.0])) == 0
    assert area(np.array([1.0]), np.array([1.0])) == 0.5
    real, fake = np.array([0.1, 0.5, 0.5, 0.9]), np.array([0.2, 0.5, 0.7])
    pairs = [(r > f) + (r == f) / 2 for r in real for f in fake]
    assert area(real, fake) == pytest.approx(np.mean(pairs))


def test_false_alarms_are_by_locale_and_what_is_found_by_kind(shipped: dict[str, Model]) -> None:
    model = shipped["mlp"]
    real = model.sample(200, seed=5, temperature=0.7)
    names = sorted(set(real))
    odd = ["xqzt", "wvrk", "jjqx"] * 20
    locales = dict.fromkeys(names, ("aa",)) | dict.fromkeys(odd, ("bb",))
    found = detect(judge(model, [*names, *odd], locales))
    assert found.false_alarms["aa"] < 0.02
    assert found.false_alarms["bb"] > 0.9
    weighed = (len(names) * found.false_alarms["aa"] + len(odd) * found.false_alarms["bb"]) / (
        len(names) + len(odd)
    )
    assert found.false_alarms[""] == pytest.approx(weighed)
    assert set(found.areas) == {"uniform", "keyboard", "shuffled"}
    assert found.areas["uniform"] > 0.7
    for kind in found.areas:
        assert found.found[kind] > found.false_alarms["aa"]


def test_names_from_scripts_without_vowels_are_judged_as_they_are_written(
    shipped: dict[str, Model],
) -> None:
    model = shipped["mlp"]
    names = sorted(set(model.sample(200, seed=5, temperature=0.7)))
    table = model.checkpoint.calibration
    apart = replace(model.checkpoint, abjad_calibration=table + 10)
    judged = Model(model.name, apart, model.walker)
    locales = dict.fromkeys(names[::2], ("he_IL",)) | dict.fromkeys(names[1::2], ("en_US",))
    found = detect(judge(judged, names, locales))
    assert found.false_alarms["he_IL"] > 0.9
    assert found.false_alarms["en_US"] < 0.05
    both = dict.fromkeys(names, ("he_IL", "en_US"))
    assert detect(judge(judged, names, both)).false_alarms[""] < 0.05
