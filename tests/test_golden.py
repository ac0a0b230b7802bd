"""The names that shipped checkpoints give. A change here is one that users see.

After a deliberate change (of a checkpoint, or of sampling, which raises `sampler`):
`python -m tests.test_golden` writes them anew.
"""

import json
from pathlib import Path

import pytest

from namewright import Model, Sources, load_registry
from tests.conftest import SHIPPED

GOLDEN = Path(__file__).parent / "golden.json"
CASES = {
    "plain": {},
    "cool": {"temperature": 0.5},
    "warm": {"temperature": 1.5},
    "cut": {"top_k": 10, "top_p": 0.9},
    "far": {"offset": 10**12},
    "filtered": {"starts_with": "ma", "min_length": 5, "max_length": 8},
}


def golden_of(model: Model) -> dict[str, object]:
    names = {
        case: model.sample(12, seed=42, **parameters)  # type: ignore[arg-type]
        for case, parameters in CASES.items()
    }
    return {"digest": model.checkpoint.digest, "names": names}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_checkpoints_give_their_golden_names(shipped: dict[str, Model], name: str) -> None:
    assert golden_of(shipped[name]) == json.loads(GOLDEN.read_text())[name]


def test_every_shipped_checkpoint_has_golden_names() -> None:
    assert sorted(json.loads(GOLDEN.read_text())) == SHIPPED


if __name__ == "__main__":
    models = {name: golden_of(model) for name, model in load_registry(Sources()).models.items()}
    GOLDEN.write_text(json.dumps(models, indent=1) + "\n")
