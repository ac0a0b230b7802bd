"""What each trial of a search tries, the same whichever worker runs it."""

from collections.abc import Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from training.sequences import seed_of
from training.trials import draws_before

STARTUP = 5
"""The first trials, which are drawn at random and never stopped."""


class TrialSampler(BaseSampler):
    """Tree-structured Parzen estimators, with a seed for each trial.

    A worker with a seed of its own would draw other trials when it is started again; workers with
    one seed would all draw the same. This draws by how many trials were drawn before: workers that
    start together draw different ones, and one that is stopped and goes on draws what it would
    have. The trials that others are at count as bad (the constant liar), so that nobody else
    tries the same.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.of_trial: BaseSampler = TPESampler(seed=0)

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Begin the draws of a trial."""
        self.of_trial = TPESampler(
            n_startup_trials=STARTUP,
            constant_liar=True,
            seed=seed_of(self.seed, draws_before(study, trial)) % 2**32,
        )
        self.of_trial.before_trial(study, trial)

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """The hyperparameters that are drawn together."""
        return self.of_trial.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Draw them."""
        return self.of_trial.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw one."""
        return self.of_trial.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """End the draws of a trial."""
        self.of_trial.after_trial(study, trial, state, values)
