"""Ready trained runs that a page opens on: real runs, kept in files. Torch-free.

A file holds arrays only (``np.load(allow_pickle=False)``) and the configuration as text, by which
a file of another configuration is recognised.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.history import ControlChange, History
from core.run import Run, TrainState

Array = NDArray[Any]


def save_run(path: Path, run: Run, **more: Array) -> None:
    """Write a run, and arrays that are worth keeping with it; its snapshots are left out."""
    arrays: dict[str, Any] = {
        "label": np.array(_label(run.config, run.controls)),
        "step": np.array(run.step),
        "parameters": run.state.parameters,
        "moments": run.state.moments,
        "generator": np.frombuffer(run.state.generator, dtype=np.uint8),
        "names": np.array(run.history.names),
        "steps": run.history.steps,
        "values": run.history.values,
    }
    np.savez_compressed(path, allow_pickle=False, **arrays, **more)


def load_run(path: Path, config: Any, controls: Any) -> Run | None:
    """The run in ``path``, trained under ``controls`` from its first step.

    ``None`` where the file is absent or of another configuration: the page then trains its own.
    """
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as file:
        if str(file["label"]) != _label(config, controls):
            return None
        has_generator = "generator" in file.files
        state = TrainState(
            parameters=file["parameters"],
            moments=file["moments"],
            generator=file["generator"].tobytes() if has_generator else b"",
        )
        history = History(
            names=tuple(str(name) for name in file["names"]),
            steps=file["steps"],
            values=file["values"],
            changes=(ControlChange(step=0, controls=controls),),
        )
        step = int(file["step"])
    return Run(config=config, controls=controls, state=state, step=step, history=history)


def load_arrays(path: Path, *names: str) -> tuple[Array, ...]:
    """Arrays that were saved with a run, by name; of the shapes they were saved with."""
    with np.load(path, allow_pickle=False) as file:
        return tuple(file[name] for name in names)


def _label(config: Any, controls: Any) -> str:
    return f"{config} {controls}"
