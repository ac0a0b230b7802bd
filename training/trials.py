"""The trials of a search, and whose turn it is where several workers share them.

A budget is of the search, whoever runs it. A trial that was interrupted, or whose worker died, is
failed, and a copy of it waits until a worker takes it up.
"""

import os
import socket
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

import optuna
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
from optuna.storages import RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.trial import FrozenTrial, TrialState

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
WORKER = "worker"
"""The attribute of a trial that says who runs it, from its first sign of life on."""
RETRIES = 3
"""How often a trial is taken up again: it may be what its workers die of."""


class Turn(Enum):
    """What a worker does next: it runs a trial, or waits for the others' trials, or has done."""

    RUN = "run"
    WAIT = "wait"
    DONE = "done"


@contextmanager
def experimental() -> Iterator[None]:
    """Use what Optuna calls experimental, without its warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """The trials that came to an end, or were stopped."""
    return study.get_trials(deepcopy=False, states=FINISHED)


def best_trials(study: optuna.Study) -> list[FrozenTrial]:
    """The trials that came to an end, the best first."""
    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(ended, key=lambda trial: trial.value or 0.0)


def running(study: optuna.Study) -> list[FrozenTrial]:
    """The trials that a worker is at, or was at when it died."""
    return study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))


def drawn_as(trial: FrozenTrial) -> int:
    """The number of the trial whose hyperparameters these are: its own, or of the first copied."""
    with experimental():
        number = RetryHeartbeatStaleTrialCallback.retried_trial_number(trial)
    return trial.number if number is None else number


def draws_before(study: optuna.Study, trial: FrozenTrial) -> int:
    """How many trials were drawn before one, different for each that is no copy of another."""
    earlier = study.get_trials(deepcopy=False)[: drawn_as(trial)]
    return sum(drawn_as(each) == each.number for each in earlier)


def take_up_again(study: optuna.Study, trial: FrozenTrial) -> None:
    """Have a failed trial wait for a worker, unless it was taken up too often."""
    trial.user_attrs.pop(WORKER, None)
    with experimental():
        RetryHeartbeatStaleTrialCallback(RETRIES)(study, trial)


@dataclass
class Share:
    """A worker's part in a budget of trials.

    study      the search
    budget     how many trials are to be finished, by all workers together
    grace      seconds without a sign of life after which a worker is dead; None where there are no
               such signs: others' trials are then neither counted nor waited for
    """

    study: optuna.Study
    budget: int
    grace: float | None
    unclaimed: dict[int, float] = field(default_factory=dict)

    def turn(self) -> Turn:
        """What to do next; the trials of the dead are seen to first."""
        if self.grace is not None:
            with experimental():
                fail_stale_trials(self.study)
            self.fail_unclaimed(self.grace)
        trials = self.study.get_trials(deepcopy=False)
        if sum(trial.state in FINISHED for trial in trials) >= self.budget:
            return Turn.DONE
        if self.grace is None or any(trial.state == TrialState.WAITING for trial in trials):
            return Turn.RUN
        return Turn.RUN if len(counted(trials)) < self.budget else Turn.WAIT

    def claim(self, trial: optuna.Trial) -> bool:
        """Whether a trial just begun is within the budget; if it is, say whose it is.

        Two workers may each see room for one more trial: the one that was drawn later is not.
        """
        if self.grace is not None:
            trials = self.study.get_trials(deepcopy=False)
            own = drawn_as(trials[trial.number])
            if sum(drawn_as(each) < own for each in counted(trials)) >= self.budget:
                return False
            # Before the attribute: who has it gives signs of life, or is dead.
            self.study._storage.record_heartbeat(trial._trial_id)  # type: ignore[attr-defined]
        trial.set_user_attr(WORKER, f"{socket.gethostname()}:{os.getpid()}")
        return True

    def fail_unclaimed(self, grace: float) -> None:
        """Fail the trials whose worker died before its first sign of life.

        Optuna sees none of these as stale.
        """
        now = time.monotonic()
        seen = {each.number: each for each in running(self.study) if WORKER not in each.user_attrs}
        self.unclaimed = {number: self.unclaimed.get(number, now) for number in seen}
        for number, since in self.unclaimed.items():
            if now - since > grace:
                with suppress(ValueError, UpdateFinishedTrialError):
                    self.study.tell(number, state=TrialState.FAIL)
                    if seen[number].params:
                        take_up_again(self.study, self.study.trials[number])


def counted(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that a budget goes for: finished, running, or waiting to be taken up."""
    return [trial for trial in trials if trial.state != TrialState.FAIL]
