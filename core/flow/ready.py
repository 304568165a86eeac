"""The ready flow that the lesson opens on: ``python -m core.flow.ready`` makes it anew."""

from functools import lru_cache
from pathlib import Path

from core.flow.config import FlowConfig, FlowControls
from core.ready import load_run, save_run
from core.run import Budget, Run
from core.training import advance, new_run

FLOW_FILE = Path(__file__).resolve().parent.parent / "data" / "flow_moons_run.npz"
FLOW_TRAIN_STEPS = 4000


@lru_cache(maxsize=1)
def ready_flow() -> Run | None:
    """The default flow on two moons after ``FLOW_TRAIN_STEPS`` steps of the default controls.

    ``None`` where the file is absent or of another configuration: the page then trains its own.
    """
    return load_run(FLOW_FILE, FlowConfig(), FlowControls())


def train_and_save() -> None:
    """Train the default flow and write its file."""
    config, controls = FlowConfig(), FlowControls()
    run = advance(new_run(config, controls), controls, Budget(steps=FLOW_TRAIN_STEPS))
    save_run(FLOW_FILE, run)


if __name__ == "__main__":
    train_and_save()
