"""Which training a training is: all that decides what it arrives at, and what two differ in."""

import json
from collections.abc import Mapping
from typing import Any

OF_THE_LIST = ("file", "names", "sha256")
"""The keys of an identity that say which list of names was trained on."""


def differences(identity: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """What two trainings differ in, the keys of the list as one."""
    wanted = json.loads(to_json(identity))
    different = {key for key in wanted | found if wanted.get(key) != found.get(key)}
    return sorted({"list" if key in OF_THE_LIST else key for key in different})


def to_json(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys."""
    return json.dumps(value, sort_keys=True)
