"""The ready trained flow is what its configuration says it is."""

from core.flow.config import FlowConfig, FlowControls
from core.flow.ready import FLOW_FILE, FLOW_TRAIN_STEPS, ready_flow
from core.run import Budget
from core.training import advance


def test_the_ready_flow_is_of_the_default_configuration_and_goes_on() -> None:
    run = ready_flow()
    assert run is not None, "the stored run is of another one: python -m core.flow.ready"
    assert run.config == FlowConfig()
    assert run.controls == FlowControls()
    assert run.step == FLOW_TRAIN_STEPS
    assert FLOW_FILE.stat().st_size < 300_000
    later = run.continued_by(advance(run.bare(), run.controls, Budget(steps=100)))
    nll = later.history["nll/held_out"]
    assert abs(nll[-1] - later.history["nll/held_out"][-3]) < 0.1
    assert later.history["kl"][-1] < 0.1
