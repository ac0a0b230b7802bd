from typing import ClassVar

from namewright._scores import Scorer
from namewright.budget import Budget
from namewright.parameters import Sampling
from namewright.reference import Accept
from namewright.spelling import Spelling

class KernelWalker(Scorer):
    name: ClassVar[str]
    def sample(
        self,
        sampling: Sampling,
        budget: Budget | None = None,
        part: int = 0,
        accept: Accept | None = None,
    ) -> list[str]: ...
    def write(
        self,
        sampling: Sampling,
        spelling: Spelling,
        written: list[bytes],
        budget: Budget | None = None,
        part: int = 0,
        accept: Accept | None = None,
    ) -> None: ...
    def share(self, sampling: Sampling, budget: Budget | None = None) -> float: ...
