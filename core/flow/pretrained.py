"""The ready trained flow that the lesson opens on: ``python -m core.flow.pretrained`` makes it.

The file holds arrays only (``np.load(allow_pickle=False)``) and the configuration as text, by
which a file of another configuration is recognised.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from core.flow.config import FlowConfig, FlowControls
from core.history import ControlChange, History
from core.run import Budget, Run, TrainState

FLOW_FILE = Path(__file__).resolve().parent.parent / "data" / "flow_moons_run.npz"
FLOW_TRAIN_STEPS = 4000


@lru_cache(maxsize=1)
def pretrained_flow() -> Run | None:
    """The default flow on two moons after ``FLOW_TRAIN_STEPS`` steps of the default controls.

    ``None`` where the file is absent or of another configuration: the page then trains its own.
    """
    config, controls = FlowConfig(), FlowControls()
    if not FLOW_FILE.exists():
        return None
    with np.load(FLOW_FILE, allow_pickle=False) as file:
        if str(file["label"]) != _label(config, controls):
            return None
        state = TrainState(parameters=file["parameters"], moments=file["moments"], generator=b"")
        history = History(
            names=tuple(str(name) for name in file["names"]),
            steps=file["steps"],
            values=file["values"],
            changes=(ControlChange(step=0, controls=controls),),
        )
        step = int(file["step"])
    return Run(config=config, controls=controls, state=state, step=step, history=history)


def train_and_save() -> None:
    """Train the default flow and write its file."""
    from core.training import advance, new_run

    config, controls = FlowConfig(), FlowControls()
    run = advance(new_run(config, controls), controls, Budget(steps=FLOW_TRAIN_STEPS))
    np.savez_compressed(
        FLOW_FILE,
        label=np.array(_label(config, controls)),
        step=np.array(run.step),
        parameters=run.state.parameters,
        moments=run.state.moments,
        names=np.array(run.history.names),
        steps=run.history.steps,
        values=run.history.values,
    )


def _label(config: FlowConfig, controls: FlowControls) -> str:
    return f"{config} {controls}"


if __name__ == "__main__":
    train_and_save()
