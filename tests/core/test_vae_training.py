"""A run is a value: slicing, pickling, replaying and moving it do not change its history."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from core.dataset import DatasetConfig
from core.history import History, StepRecord, is_recorded
from core.run import MAX_RUN_BYTES, Budget, Run, TrainingDiverged
from core.training import LAST_STEPS, advance, new_run, replay
from core.vae.config import VAEConfig, VAEControls
from core.vae.inference import picture

DIGITS = DatasetConfig(name="digits")
CONFIG = VAEConfig(dataset=DIGITS, hidden_features=(32,), batch_size=256, seed=3)
CONTROLS = VAEControls(learning_rate=2e-3)


def assert_same_run(one: Run, other: Run) -> None:
    assert one.step == other.step
    np.testing.assert_array_equal(one.state.parameters, other.state.parameters)
    np.testing.assert_array_equal(one.state.moments, other.state.moments)
    assert one.state.generator == other.state.generator
    np.testing.assert_array_equal(one.history.steps, other.history.steps)
    np.testing.assert_array_equal(one.history.values, other.history.values)
    assert one.history.changes == other.history.changes
    assert [s.step for s in one.history.snapshots] == [s.step for s in other.history.snapshots]
    for mine, theirs in zip(one.history.snapshots, other.history.snapshots, strict=True):
        np.testing.assert_array_equal(mine.parameters, theirs.parameters)


def sliced(run: Run, sizes: list[int], controls: VAEControls = CONTROLS) -> Run:
    """Trained in slices the way a worker does it: the past stays behind."""
    for size in sizes:
        run = run.continued_by(advance(run.bare(), controls, Budget(steps=size)))
    return run


def test_training_improves_the_held_out_elbo() -> None:
    history = advance(new_run(CONFIG, CONTROLS), CONTROLS, Budget(steps=600)).history
    assert history["elbo/held_out"][-1] > history["elbo/held_out"][0] + 10


@pytest.mark.parametrize("sizes", [[40], [15, 25], [1] * 40, [0, 39, 0, 1]], ids=str)
def test_slicing_does_not_change_a_run(sizes: list[int]) -> None:
    whole = advance(new_run(CONFIG, CONTROLS), CONTROLS, Budget(steps=40))
    assert_same_run(sliced(new_run(CONFIG, CONTROLS), sizes), whole)


def test_slices_of_time_do_not_change_a_run() -> None:
    run = new_run(CONFIG, CONTROLS)
    while run.step < 50:
        run = run.continued_by(
            advance(run.bare(), CONTROLS, Budget(seconds=0.01, steps=50 - run.step))
        )
    assert_same_run(run, advance(new_run(CONFIG, CONTROLS), CONTROLS, Budget(steps=50)))


def test_pickling_does_not_change_a_run() -> None:
    run = advance(new_run(CONFIG, CONTROLS), CONTROLS, Budget(steps=20))
    there = advance(pickle.loads(pickle.dumps(run)), CONTROLS, Budget(steps=20))
    assert_same_run(there, advance(run, CONTROLS, Budget(steps=20)))


def test_a_pickled_run_holds_no_torch() -> None:
    run = advance(new_run(CONFIG, CONTROLS), CONTROLS, Budget(steps=20))
    assert b"torch" not in pickle.dumps(run)


def test_moving_a_run_between_processes_does_not_change_it() -> None:
    run = new_run(CONFIG, CONTROLS)
    whole = sliced(run, [20, 20])
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        moved = pool.submit(advance, run, CONTROLS, Budget(steps=20)).result()
    assert_same_run(advance(moved, CONTROLS, Budget(steps=20)), whole)


def test_two_interleaved_runs_equal_two_runs_one_after_the_other() -> None:
    other_config = replace(CONFIG, seed=4)
    first, second = new_run(CONFIG, CONTROLS), new_run(other_config, CONTROLS)
    for _ in range(4):
        first, second = sliced(first, [10]), sliced(second, [10])
    assert_same_run(first, sliced(new_run(CONFIG, CONTROLS), [40]))
    assert_same_run(second, sliced(new_run(other_config, CONTROLS), [40]))


def test_two_runs_of_one_configuration_do_not_disturb_each_other() -> None:
    other = replace(CONTROLS, learning_rate=5e-3)
    first, second = new_run(CONFIG, CONTROLS), new_run(CONFIG, other)
    for _ in range(3):
        first, second = sliced(first, [7]), sliced(second, [7], other)
    assert_same_run(first, sliced(new_run(CONFIG, CONTROLS), [21]))
    assert_same_run(second, sliced(new_run(CONFIG, other), [21], other))


def test_a_replayed_run_has_the_same_history() -> None:
    run = sliced(new_run(CONFIG, CONTROLS), [13])
    for controls in (
        replace(CONTROLS, kl_weight=5.0),
        replace(CONTROLS, decoder_variance=0.5, num_samples=3),
        replace(CONTROLS, schedule="linear", warmup_steps=100),
    ):
        run = sliced(run, [11, 6], controls)
    assert [change.step for change in run.history.changes] == [0, 13, 30, 47]
    assert_same_run(replay(run), run)


def test_a_control_moved_twice_at_one_step_leaves_the_last_word() -> None:
    run = sliced(new_run(CONFIG, CONTROLS), [5])
    run = sliced(run, [0], replace(CONTROLS, kl_weight=2.0))
    last = replace(CONTROLS, kl_weight=7.0)
    run = sliced(run, [3], last)
    assert [(c.step, c.controls.kl_weight) for c in run.history.changes] == [(0, 1.0), (5, 7.0)]


def test_a_diverging_run_says_where_and_leaves_the_value_before_intact() -> None:
    run = sliced(new_run(replace(CONFIG, optimizer="sgd"), CONTROLS), [10])
    before = pickle.dumps(run)
    with pytest.raises(TrainingDiverged, match=r"training diverged at step \d+: .* became") as e:
        advance(run, replace(CONTROLS, learning_rate=1000.0), Budget(steps=200))
    assert 10 <= e.value.step <= 210
    assert not np.isfinite(e.value.value)
    assert pickle.dumps(run) == before
    assert pickle.loads(pickle.dumps(e.value)).step == e.value.step


@pytest.mark.parametrize("sizes", [[400], [7] * 60, [1] * 400], ids=["one", "many", "steps"])
def test_a_diverging_run_is_kept_up_to_its_last_finite_step(sizes: list[int]) -> None:
    """However it was sliced: the parameters are those of the step, the records lead up to it."""
    linear = replace(CONFIG, network="linear", output="identity", optimizer="sgd")
    wild = replace(CONTROLS, learning_rate=0.02)
    run, error = new_run(linear, wild), None
    for size in sizes:
        try:
            run = run.continued_by(advance(run.bare(), wild, Budget(steps=size)))
        except TrainingDiverged as caught:
            error = pickle.loads(pickle.dumps(caught))
            break
    assert error is not None
    if error.reached is not None:  # None where the last slice was this one step
        run = run.continued_by(error.reached)
    assert run.step in (error.step - 1, error.step)
    assert np.isfinite(run.history.values).all()
    assert np.isfinite(run.state.parameters).all()
    whole = advance(new_run(linear, wild), wild, Budget(steps=run.step))
    np.testing.assert_array_equal(run.state.parameters, whole.state.parameters)
    if sizes == [400]:
        first = max(0, error.step - LAST_STEPS + 1)
        assert set(range(first, run.step + 1)) <= set(run.history.steps.tolist())


def test_no_slice_ends_in_parameters_that_are_not_finite() -> None:
    run = new_run(replace(CONFIG, optimizer="sgd"), CONTROLS)
    wild = replace(CONTROLS, learning_rate=1000.0)
    for _ in range(200):
        try:
            run = advance(run.bare(), wild, Budget(steps=1))
        except TrainingDiverged:
            break
        assert np.isfinite(run.state.parameters).all()
    else:
        pytest.fail("the run did not diverge")


def test_a_record_that_is_not_finite_is_a_divergence_even_if_the_parameters_are() -> None:
    moons = DatasetConfig(name="two_moons")
    config = VAEConfig(
        dataset=moons,
        hidden_features=(16,),
        output="identity",
        variance="learned",
        optimizer="sgd",
        seed=2,
    )
    controls = VAEControls(kl_weight=0.0, decoder_variance=100.0, learning_rate=1.0)
    run = new_run(config, controls)
    diverged = False
    while not diverged and run.step < 2000:
        try:
            run = run.continued_by(advance(run.bare(), controls, Budget(steps=50)))
        except TrainingDiverged:
            diverged = True
    assert diverged
    assert np.isfinite(run.history.values).all()


@pytest.mark.parametrize(
    "choices",
    [
        {"mode": "autoencoder"},
        {"network": "linear", "output": "identity"},
        {"variance": "optimal", "prior": "learned"},
        {"variance": "learned", "activation": "tanh"},
        {"variance": "heteroscedastic", "activation": "silu", "latent_dim": 1},
        {"hidden_features": (), "optimizer": "sgd"},
        {"hidden_features": (24, 16), "latent_dim": 5},
        {"dataset": DatasetConfig(name="penguins"), "output": "identity"},
        {"dataset": DatasetConfig(name="two_moons"), "output": "identity"},
    ],
    ids=str,
)
def test_every_variant_trains_and_reports_finite_terms(choices: dict) -> None:
    config = replace(CONFIG, **choices)
    controls = VAEControls(learning_rate=1e-3, num_samples=2, free_bits=0.1)
    run = advance(new_run(config, controls), controls, Budget(steps=150))
    history = run.history
    fit = history["log_likelihood/held_out"]
    assert fit[-1] > fit[0]
    assert np.isfinite(history["squared_error/train"]).all()
    assert np.isfinite(history["elbo/held_out"]).all() == config.is_variational
    image = picture(run.state.parameters, config, 50, (0, 3), 4)
    assert image.mean.shape == (50, config.latent_dim)
    assert np.isfinite(image.samples).all()


def test_the_per_dimension_kls_sum_to_the_kl() -> None:
    history = advance(new_run(CONFIG, CONTROLS), CONTROLS, Budget(steps=20)).history
    for split in ("train", "held_out"):
        parts = history[f"kl_0/{split}"] + history[f"kl_1/{split}"]
        np.testing.assert_allclose(parts, history[f"kl/{split}"], rtol=1e-5)


def test_elbo_is_log_likelihood_minus_kl_and_the_objective_weighs_the_kl() -> None:
    controls = replace(CONTROLS, kl_weight=4.0, schedule="linear", warmup_steps=40)
    history = advance(new_run(CONFIG, controls), controls, Budget(steps=60)).history
    fit, kl = history["log_likelihood/train"], history["kl/train"]
    np.testing.assert_allclose(history["elbo/train"], fit - kl, rtol=1e-6)
    np.testing.assert_allclose(
        history["objective/train"], fit - history["kl_weight"] * kl, rtol=1e-5
    )
    np.testing.assert_allclose(history["kl_weight"], 4.0 * np.minimum(1, history.steps / 40))


@pytest.mark.parametrize("step", [40, 64])
def test_a_moved_control_is_recorded_where_it_moved(step: int) -> None:
    moved = replace(CONTROLS, kl_weight=5.0, decoder_variance=0.5)
    run = sliced(sliced(new_run(CONFIG, CONTROLS), [step]), [1], moved)
    assert run.history.steps[-1] == step
    assert run.history["kl_weight"][-2:].tolist() == [1.0, 5.0]
    assert run.history["decoder_variance"][-1] == pytest.approx(0.5)
    assert (np.diff(run.history.steps) > 0).all()
    assert_same_run(replay(run), run)


def test_the_first_steps_are_recorded_closely() -> None:
    assert [step for step in range(400) if is_recorded(step, 128)] == [
        0,
        16,
        32,
        64,
        128,
        256,
        384,
    ]


def test_the_number_of_records_grows_with_the_logarithm_of_the_steps() -> None:
    recorded = sum(is_recorded(step, 10) for step in range(1_000_000))
    assert 256 * 7 < recorded < 256 * 10


def test_snapshots_are_capped_and_keep_the_first_and_the_latest() -> None:
    run = sliced(new_run(CONFIG, CONTROLS), [300])
    capped = replace(run.history, snapshots=(), max_snapshots=4)
    for snapshot in run.history.snapshots:
        capped = capped.with_snapshots([snapshot])
    assert [s.step for s in capped.snapshots] == [0, 64, 128, 256]


@pytest.mark.parametrize("width", [256, 512])
def test_a_run_with_all_its_snapshots_stays_under_its_bound(width: int) -> None:
    config = VAEConfig(hidden_features=(width,) * 3, latent_dim=32)
    run = new_run(config, VAEControls())
    names = tuple(str(i) for i in range(80))
    row = dict.fromkeys(names, 0.0)
    records = [StepRecord(step=i, metrics=row) for i in range(256 * 16)]
    worst = History(max_snapshots=run.history.max_snapshots).with_records(records)
    snapshots = run.history.max_snapshots * run.state.parameters.nbytes
    assert worst.nbytes + snapshots + run.state.nbytes < MAX_RUN_BYTES
