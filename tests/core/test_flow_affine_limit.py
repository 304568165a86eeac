"""What affine layers without flips cannot pass, exactly."""

import numpy as np
import pytest

from core.flow.affine_limit import POINTS, affine_limit, holds_for, limit_of
from core.flow.config import FlowConfig, FlowControls, LayerConfig
from core.flow.scaling import entropy
from core.flow.targets import TARGETS, TargetConfig, draws
from core.run import Budget
from core.training import advance, new_run

AFFINE = LayerConfig(transformer="affine", conditioner="made")
KNOWN = [name for name in TARGETS if name != "zip_codes"]


@pytest.mark.parametrize("name", KNOWN)
def test_the_quadrature_has_converged(name: str) -> None:
    config = TargetConfig(name=name)
    limit, finer = affine_limit(config), affine_limit(config, 2 * POINTS)
    assert limit is not None
    assert finer is not None
    assert limit == pytest.approx(finer, abs=2e-3)


@pytest.mark.parametrize("name", KNOWN)
def test_the_limit_is_above_the_floor(name: str) -> None:
    flow = FlowConfig(target=TargetConfig(name=name), layers=(AFFINE,))
    limit, floor = limit_of(flow), entropy(flow)
    assert limit is not None
    assert floor is not None
    assert limit > floor


def test_of_one_gaussian_the_limit_is_the_floor() -> None:
    config = TargetConfig(name="mixture", centres=((0.4, -0.7),), spread=0.5)
    assert affine_limit(config) == pytest.approx(np.log(2 * np.pi * np.e * 0.25), abs=1e-4)


def test_the_limit_is_the_cross_entropy_of_the_density_with_the_targets_moments() -> None:
    """By draws: ``−log N(x₁; m, s²) − log N(x₂; m(x₁), s²(x₁))`` with moments in narrow bins."""
    config = TargetConfig()
    x = np.concatenate([draws(config).x_train, draws(config).x_test])
    order = np.argsort(x[:, 0])
    bins = np.array_split(x[order, 1], 200)
    second = np.mean([0.5 * np.log(2 * np.pi * np.e * part.var(ddof=1)) for part in bins])
    first = 0.5 * np.log(2 * np.pi * np.e * x[:, 0].var())
    assert affine_limit(config) == pytest.approx(first + second, abs=0.02)


def test_no_affine_flow_without_flips_is_better_than_the_limit() -> None:
    controls = FlowControls(learning_rate=0.01)
    flow = FlowConfig(layers=(AFFINE,) * 2, between="none", hidden_features=(32,))
    assert holds_for(flow)
    run = advance(new_run(flow, controls), controls, Budget(steps=600))
    limit, floor = limit_of(flow), entropy(flow)
    assert limit is not None
    assert floor is not None
    history = run.history
    assert (history["kl"] + 4 * history["kl_error"] >= limit - floor).all()
    assert run.history.latest()["kl"] < limit - floor + 0.25


@pytest.mark.parametrize(
    ("flow", "is_limited", "is_shown"),
    [
        (FlowConfig(layers=(AFFINE,)), True, True),
        (FlowConfig(layers=(AFFINE,) * 4, between="none"), True, True),
        (FlowConfig(layers=(AFFINE,) * 4), False, True),
        (FlowConfig(), False, False),
        (FlowConfig(layers=(AFFINE,), target=TargetConfig(name="zip_codes")), False, False),
        (FlowConfig(layers=(AFFINE,), base="uniform"), False, False),
    ],
    ids=["one", "no flips", "flips", "spline", "unknown density", "uniform"],
)
def test_where_the_limit_holds_and_where_it_is_shown(
    flow: FlowConfig, is_limited: bool, is_shown: bool
) -> None:
    assert holds_for(flow) == is_limited
    assert (limit_of(flow) is not None) == is_shown
