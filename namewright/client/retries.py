"""What is tried again, how often, and after how long.

Every call may be tried again, since none has effects. Before the k-th try in a row there is a pause
of random length, up to `first` seconds doubled k times, so that clients whose service went away do
not all come back at once (full jitter); where the service says Retry-After, that comes on top.
"""

import random
from dataclasses import dataclass

from namewright.client.errors import ClientError
from namewright.errors import ParameterError


@dataclass(frozen=True)
class Retries:
    """How patient a client is.

    times      how often a call is tried again, in a row without anything gained; 0 for never
    first      seconds that the first pause takes at most; each after it may be twice as long
    longest    seconds: no pause is longer, and a service that asks for a longer one is not asked
               again

    Raises ParameterError for a value below 0.
    """

    times: int = 4
    first: float = 0.5
    longest: float = 30.0

    def __post_init__(self) -> None:
        for name in ("times", "first", "longest"):
            if not getattr(self, name) >= 0:
                raise ParameterError(name, "should be 0 or more")


def checked(retries: Retries) -> Retries:
    """The same. Raises ParameterError for what is none, such as None or a number."""
    if not isinstance(retries, Retries):
        raise ParameterError("retries", "should be Retries(...); for none, Retries(times=0)")
    return retries


class Attempts:
    """The tries of one call."""

    def __init__(self, retries: Retries) -> None:
        self.retries, self.failed = retries, 0

    def succeeded(self) -> None:
        """Something was gained: what fails from now on has all its tries again."""
        self.failed = 0

    def pause(self, error: ClientError) -> float:
        """Seconds to wait after a failure. Raises the error itself where that is no use."""
        retries, asked = self.retries, error.retry_after or 0.0
        if not error.passing or self.failed >= retries.times or asked > retries.longest:
            raise error
        ceiling = min(retries.first * 2.0**self.failed, retries.longest)
        self.failed += 1
        return min(asked + random.uniform(0, ceiling), retries.longest)
