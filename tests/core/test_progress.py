"""What computes for long says so on its way, or a worker at it would be taken for hung."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.exact import by_many_draws, worked_out
from core.estimators.race import run_race
from core.estimators.sweep import measured_variances
from core.estimators.trial import run_trial
from core.flow.cost import DIMS, cost
from core.progress import count_progress_in
from core.vae.inference import importance_bound
from core.vae.ready import ready_vae

ELBO = EstimatorsConfig(function="elbo", num_samples=2, total_draws=200)
SIGMOID = EstimatorsConfig(function="sigmoid", estimators=("naive",), dim=2)


@pytest.fixture
def counter() -> Iterator[SimpleNamespace]:
    counter = SimpleNamespace(value=0)
    count_progress_in(counter)
    yield counter
    count_progress_in(None)


def a_bound() -> object:
    run = ready_vae()
    assert run is not None
    return importance_bound(run.state.parameters, run.config, run.controls, 100, 100)


LONG: dict[str, tuple[Callable[[], object], int]] = {
    "blocks of draws": (lambda: run_trial(SIGMOID, 0, 1), 1),
    "a sweep, at every value": (
        lambda: measured_variances(SIGMOID, "sigma", (0.5, 1.0, 2.0), 0, 1e4),
        3,
    ),
    "a race, at every step": (lambda: run_race(RaceConfig(start=ELBO, train_steps=4)), 4),
    "an exact race": (lambda: run_race(RaceConfig(start=SIGMOID, train_steps=90)), 180),
    "a grid": (lambda: worked_out(ELBO), 3),
    "many draws": (lambda: by_many_draws(SIGMOID), 3),
    "a bound, at every block of every repeat": (a_bound, 12),
    "costs, at every measurement": (cost, 2 * len(DIMS)),
}


@pytest.mark.parametrize(("compute", "least"), LONG.values(), ids=LONG.keys())
def test_a_long_answer_notes_its_progress(
    compute: Callable[[], object], least: int, counter: SimpleNamespace
) -> None:
    compute()
    assert counter.value >= least
