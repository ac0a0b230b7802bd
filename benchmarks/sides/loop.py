"""How a side in Python works when told; see `benchmarks/side.py`."""

import json
import sys
import time
from collections.abc import Callable


def serve(made: object, work: Callable[[], object], times: int = 1) -> None:
    """Say what was made; then, for each line, do the work, and say how long once took."""
    print(json.dumps(made), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        for _ in range(times):
            work()
        print((time.perf_counter() - started) / times, flush=True)
