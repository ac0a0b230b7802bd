"""How many non-names each detector finds where one real name in a hundred is a false alarm.

The real names are the held-out ones of `data/world.txt`, the non-names those of
`training/non_names.py`. Ours is the plausibility of `world`; a peer that learns has learned from
the same training names.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.side import ROOT, SIDES
from namewright import load_model
from training import non_names
from training.data import split
from training.detection import scores_of
from training.name_list import read_list

FALSE_ALARMS = 0.01
PEERS = ("gibberish-detector", "nostril-detector", "in or out")


def oddities(
    python: Path, detector: str, folder: Path, training: Sequence[str], texts: Sequence[str]
) -> NDArray[np.float64]:
    """How odd a peer finds each text, [texts]."""
    listed, asked = folder / "training.txt", folder / "texts.txt"
    listed.write_text("\n".join(training))
    asked.write_text("\n".join(texts))
    command = [python, SIDES / "detectors.py", detector, listed, asked]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = np.array(json.loads(ran.stdout), dtype=float)
    assert found.shape == (len(texts),), detector
    return found


def found_share(real: NDArray[np.float64], fake: NDArray[np.float64]) -> float:
    """The share of non-names above the lowest limit that so few real names are above."""
    allowed = int(FALSE_ALARMS * len(real))
    limit = np.sort(real)[::-1][allowed]
    return float((fake > limit).mean())


def detections(python: Path, folder: Path) -> dict[str, dict[str, float]]:
    """By detector and kind of non-name: the share found. `python` is that of the peers."""
    listed = read_list(ROOT / "data" / "world.txt")
    parts = split(listed.names, "hash")
    held_out = parts.held_out
    kinds = {kind: non_names.make(kind, held_out, seed=0) for kind in non_names.KINDS}
    texts = [*held_out, *(text for made in kinds.values() for text in made)]
    model = load_model("world")
    odd = {"namewright world": 1 - scores_of(model, texts)[:, 0]}
    for peer in PEERS:
        odd[peer] = oddities(python, peer, folder, parts.train, texts)
    return {
        who: {
            kind: found_share(each[: len(held_out)], part)
            for kind, part in zip(kinds, np.split(each, len(kinds) + 1)[1:], strict=True)
        }
        for who, each in odd.items()
    }
