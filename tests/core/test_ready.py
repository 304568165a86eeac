"""Runs in files: what is read is what was written, and only arrays are read."""

from pathlib import Path

import numpy as np
import pytest

from core.flow.config import FlowConfig, FlowControls
from core.history import StepRecord
from core.ready import load_arrays, load_run, save_run
from core.run import Run, TrainState

CONFIG, CONTROLS = FlowConfig(seed=4), FlowControls()


def a_run(generator: bytes = b"\x01\x00\xff") -> Run:
    state = TrainState(
        parameters=np.arange(5, dtype=np.float32), moments=np.ones((2, 5)), generator=generator
    )
    run = Run(config=CONFIG, controls=CONTROLS, state=state, step=30)
    record = StepRecord(step=30, metrics={"nll/train": 1.5, "kl": 0.25})
    history = run.history.with_change(0, CONTROLS).with_records([record])
    return Run(config=CONFIG, controls=CONTROLS, state=state, step=30, history=history)


@pytest.mark.parametrize("generator", [b"\x01\x00\xff", b""], ids=["a generator", "none"])
def test_a_run_comes_back_as_it_was(tmp_path: Path, generator: bytes) -> None:
    run = a_run(generator)
    save_run(tmp_path / "run.npz", run, codes=np.arange(3))
    found = load_run(tmp_path / "run.npz", CONFIG, CONTROLS)
    assert found is not None
    assert (found.config, found.controls, found.step) == (CONFIG, CONTROLS, 30)
    assert found.state.generator == generator
    assert found.state.parameters.dtype == np.float32
    np.testing.assert_array_equal(found.state.parameters, run.state.parameters)
    np.testing.assert_array_equal(found.state.moments, run.state.moments)
    assert found.history.latest() == run.history.latest()
    assert found.history.changes == run.history.changes
    (codes,) = load_arrays(tmp_path / "run.npz", "codes")
    np.testing.assert_array_equal(codes, np.arange(3))


def test_a_file_of_another_configuration_is_not_taken(tmp_path: Path) -> None:
    save_run(tmp_path / "run.npz", a_run())
    assert load_run(tmp_path / "run.npz", FlowConfig(seed=5), CONTROLS) is None
    assert load_run(tmp_path / "run.npz", CONFIG, FlowControls(learning_rate=1.0)) is None
    assert load_run(tmp_path / "absent.npz", CONFIG, CONTROLS) is None


def test_a_file_that_holds_objects_is_refused(tmp_path: Path) -> None:
    """A pickle in a file could run anything."""
    path = tmp_path / "run.npz"
    np.savez(path, label=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        load_run(path, CONFIG, CONTROLS)
