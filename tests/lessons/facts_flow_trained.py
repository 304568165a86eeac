"""Facts of what affine layers and splines make of two moons."""

import numpy as np
from flow_evidence import AFFINE, SIDE, Array, Evidence, evidence

from core.flow.affine_limit import holds_for, limit_of
from core.flow.config import FlowConfig
from core.flow.inspection import journey
from core.flow.layout import parameter_count
from core.flow.scaling import entropy
from dashboard.lessons.flow.experiments import PRESETS


def column(found: Evidence, exact: bool) -> Array:
    """The density along x₂ at the x₁ where the moons lie above one another."""
    grid = found.density.exact if exact else found.density.model
    assert grid is not None
    row = int(np.argmin(np.abs(found.density.axis)))
    return np.asarray(grid[row])


def humps(values: Array) -> int:
    """Local maxima that stand out by a tenth of the largest."""
    inner = values[1:-1]
    return int(
        ((inner > values[:-2]) & (inner >= values[2:]) & (inner > 0.1 * values.max())).sum()
    )


def makes_one_gaussian(found: Evidence) -> None:
    logs = np.log(column(found, exact=False))
    bend = np.diff(logs, 2)
    np.testing.assert_allclose(bend, bend.mean(), rtol=1e-3)
    assert humps(column(found, exact=False)) == 1


def target_has_two_humps(found: Evidence) -> None:
    assert humps(column(found, exact=True)) == 2


def makes_one_hump_of_two(found: Evidence) -> None:
    makes_one_gaussian(found)
    target_has_two_humps(found)


def never_passes_the_limit(found: Evidence) -> None:
    assert holds_for(found.config)
    history = found.run.history
    assert (history["kl"] + 4 * history["kl_error"] >= found.kl_limit).all()


def stops_at_the_limit(found: Evidence) -> None:
    never_passes_the_limit(found)
    assert found.latest["kl"] < found.kl_limit + 0.1
    drawn = limit_of(found.config)
    assert drawn is not None


def says_how_far_above(found: Evidence) -> None:
    assert f"{found.kl_limit:.2f}" == "0.75"
    stops_at_the_limit(found)


def wider_is_no_better(found: Evidence) -> None:
    wide = FlowConfig(layers=found.config.layers, hidden_features=(256, 256))
    assert limit_of(wide) == limit_of(found.config)
    makes_one_gaussian(found)


def entropy_is_the_floor(found: Evidence) -> None:
    """Gibbs' inequality, with the exact density on a grid: KL ≥ 0 for this flow."""
    assert found.density.kl is not None
    assert found.density.kl > 0.0
    floor = entropy(found.config)
    assert floor is not None
    gap = found.latest["nll/held_out"] - found.latest["exact"]
    assert abs(gap - found.latest["kl"]) < 1e-6
    assert found.latest["kl"] > 0.0


def splits_into_two_humps(found: Evidence) -> None:
    assert humps(column(found, exact=False)) == 2
    target_has_two_humps(found)


def is_one_layer(found: Evidence) -> None:
    assert len(found.config.layers) == 1
    assert found.config.layers[0].transformer == "spline"


def comes_near_the_floor(found: Evidence) -> None:
    assert 0.0 < found.latest["kl"] < 0.06


def is_five_layers_with_flips(found: Evidence) -> None:
    assert found.config.layers == (AFFINE,) * 5
    assert found.config.between == "flip"


def bends_what_was_straight(found: Evidence) -> None:
    """The first layer keeps lines of constant x₁ straight; in the end none of the grid is."""
    first = found.picture.outputs[0].reshape(SIDE, SIDE, 2)
    assert np.ptp(first[..., 0], axis=1).max() < 1e-5
    _, x = found.lattice
    for lines in (x, x.swapaxes(0, 1)):
        assert min(crookedness(line) for line in lines[10:-10]) > 0.01


def crookedness(line: Array) -> float:
    """How far points ``[n, 2]`` are from a straight line, of their length."""
    spread = np.linalg.svd(line - line.mean(0))[1]
    return float(spread[1] / spread[0])


def falls_below_the_limit(found: Evidence) -> None:
    assert found.is_affine
    latest = found.latest
    assert latest["kl"] + 4 * latest["kl_error"] < 0.5 * found.kl_limit


def is_the_same_without_flips(found: Evidence) -> None:
    assert found.config.layers == (AFFINE,) * 5
    assert found.config.between == "none"
    assert PRESETS["stack"].choices == {
        key: value for key, value in PRESETS["no_flips"].choices.items() if key != "between"
    }


def keeps_x1_affine(found: Evidence) -> None:
    z, x = found.lattice
    slope, shift = np.polyfit(z[..., 0].ravel(), x[..., 0].ravel(), 1)
    np.testing.assert_allclose(x[..., 0], shift + slope * z[..., 0], atol=1e-4)


def keeps_both_gaussian(found: Evidence) -> None:
    keeps_x1_affine(found)
    makes_one_gaussian(found)


def one_layer_stops_there_too(found: Evidence) -> None:
    stops_at_the_limit(found)
    one = FlowConfig(layers=(AFFINE,))
    assert holds_for(one)
    assert limit_of(one) == limit_of(found.config)


def is_one_affine_map(found: Evidence) -> None:
    keeps_x1_affine(found)
    assert len(found.config.layers) == 5


def can_be_the_identity(found: Evidence) -> None:
    """An affine layer whose parameters are 0 leaves everything as it is."""
    still = FlowConfig(layers=(AFFINE,))
    z = (0.7, -1.3)
    way = journey(np.zeros(parameter_count(still)), still, z)
    np.testing.assert_array_equal(way.x, z)
    assert found.is_affine


def flips_get_below(found: Evidence) -> None:
    stops_at_the_limit(found)
    preset = PRESETS["stack"]
    flipped = evidence(dict(found.choices) | dict(preset.choices) | {"between": "flip"}, 4000)
    falls_below_the_limit(flipped)
