"""A batch draws no more candidates than its budget has, and stops when it is cancelled."""

import threading
from dataclasses import replace

import pytest

from namewright import Model
from namewright.budget import Budget
from namewright.errors import BudgetError
from namewright.kernel import KERNEL, Walker, walk
from namewright.parameters import Sampling
from namewright.reference import ReferenceWalker
from tests import tiny

SAMPLING = Sampling(n=200, seed=1, min_length=4)


def walkers() -> list[Walker]:
    return [ReferenceWalker(tiny.automaton()), walk(tiny.automaton())]


@pytest.mark.parametrize("walker", walkers(), ids=lambda walker: walker.name)
class TestBudget:
    def test_every_candidate_is_counted(self, walker: Walker) -> None:
        whole, sum_of_parts = Budget(), 0
        walker.sample(SAMPLING, whole)
        for index in range(SAMPLING.n):
            one = Budget()
            walker.sample(replace(SAMPLING, n=1, offset=index), one)
            sum_of_parts += one.drawn
        assert whole.drawn == sum_of_parts > 2 * SAMPLING.n

    def test_a_budget_that_is_enough_changes_no_name(self, walker: Walker) -> None:
        needed = Budget()
        names = walker.sample(SAMPLING, needed)
        assert walker.sample(SAMPLING, Budget(needed.drawn)) == names == walker.sample(SAMPLING)

    def test_a_budget_that_is_not_enough_is_an_error(self, walker: Walker) -> None:
        needed = Budget()
        walker.sample(SAMPLING, needed)
        with pytest.raises(BudgetError, match="fewer names"):
            walker.sample(SAMPLING, Budget(needed.drawn - 1))

    def test_a_cancelled_batch_draws_nothing(self, walker: Walker) -> None:
        budget = Budget()
        budget.cancel()
        with pytest.raises(BudgetError):
            walker.sample(SAMPLING, budget)


def test_kernel_and_reference_count_alike() -> None:
    counts = []
    for walker in walkers():
        budget = Budget()
        walker.sample(SAMPLING, budget)
        counts.append(budget.drawn)
    assert len(set(counts)) == 1


@pytest.mark.skipif(KERNEL != "compiled", reason="the reference holds the interpreter")
def test_a_batch_is_cancelled_while_it_draws(shipped: dict[str, Model]) -> None:
    budget, stopped = Budget(), threading.Event()

    def draw() -> None:
        # Far more work than a test may take: it ends because it is cancelled.
        with pytest.raises(BudgetError):
            shipped["lstm"].walker.sample(Sampling(n=10**8, seed=1, min_length=10), budget)
        stopped.set()

    thread = threading.Thread(target=draw)
    thread.start()
    while budget.drawn < 100_000:
        pass
    budget.cancel()
    assert stopped.wait(10)
    thread.join()
