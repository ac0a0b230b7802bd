from typing import ClassVar

from namewright._scores import Scorer
from namewright.budget import Budget
from namewright.parameters import Sampling

class KernelWalker(Scorer):
    name: ClassVar[str]
    def sample(
        self, sampling: Sampling, budget: Budget | None = None, part: int = 0
    ) -> list[str]: ...
