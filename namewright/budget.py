"""How many candidates a batch may draw: counted as it draws, and cancelled from another thread.

>>> budget = Budget(1_000_000)
>>> model.walker.sample(sampling, budget)  # raises BudgetError where that is not enough
>>> budget.drawn

One name may take 10,000 candidates, where a filter is rare; a batch of 10,000 names, a hundred
million. Whoever makes batches for others sets a budget for each.
"""

from array import array

UNLIMITED = 2**62
CANCELLED = -1


class Budget:
    """The candidates that a batch may draw, and those that it has drawn.

    Without `reads` it is spent, too, where a filter has to be read first, which takes milliseconds;
    without `builds`, where a model has to be made ready for it, which takes up to a second.
    """

    def __init__(
        self, candidates: int = UNLIMITED, *, reads: bool = True, builds: bool = True
    ) -> None:
        self.reads, self.builds = reads, builds
        # Two numbers that the kernel reads and writes while it runs without the interpreter.
        self.cells = array("q", (0, candidates))

    @property
    def drawn(self) -> int:
        """The candidates drawn so far, rejected ones too."""
        return self.cells[0]

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants the batch any more."""
        return self.cells[1] == CANCELLED

    def cancel(self) -> None:
        """Stop the batch before its next candidate: it raises BudgetError, in its own thread."""
        self.cells[1] = CANCELLED
