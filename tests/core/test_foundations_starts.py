"""Nothing a visitor can begin with breaks EM: a right answer or a sentence."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mixture_cases import (
    HEIGHTS,
    TALL,
    assert_finite,
    assert_never_falls,
    line,
    moons,
    some_mixture,
)
from numpy.typing import NDArray

from core.foundations.em import begin, go_on, run_em
from core.foundations.em_bound import elbo
from core.foundations.em_step import default_floor, expect, maximise
from core.foundations.starts import COVARIANCES, STARTS, Start, start_of

Array = NDArray[np.float64]

pytestmark = pytest.mark.filterwarnings("error")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _nothing_overflows() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("start", STARTS)
def test_starts_are_mixtures_seeded_and_of_the_asked_size(start: Start, covariance: str) -> None:
    x = moons()
    one, two = (start_of(start, x, 7, 3, covariance) for _ in range(2))  # type: ignore[arg-type]
    assert one.num_components == 7
    np.testing.assert_array_equal(one.means, two.means)
    np.testing.assert_array_equal(one.covariances, two.covariances)
    if start != "random":
        volume = np.linalg.det(one.covariances)
        whole = np.linalg.det(np.cov(x.T, bias=True))
        wanted = {"data": whole, "share": whole / 49, "identity": 1.0}[covariance]
        np.testing.assert_allclose(volume, wanted, rtol=1e-9)


def test_rows_are_the_first_and_spread_are_far_apart() -> None:
    x = moons()
    np.testing.assert_array_equal(start_of("rows", x, 3).means, x[:3])
    spread = start_of("spread", x, 8).means
    apart = np.linalg.norm(spread[:, None] - spread[None], axis=-1)[np.triu_indices(8, 1)]
    assert apart.min() > 0.1
    assert len({start_of("spread", x, 8, seed).means.tobytes() for seed in range(5)}) == 5


def test_components_that_coincide_stay_together() -> None:
    """A right answer: EM sees no difference between them, and one Gaussian is what they are."""
    x = moons()
    run = run_em(x, start_of("same", x, 3), 50, floor=0)
    one = run_em(x, start_of("same", x, 1), 50, floor=0)
    assert run.stop == "converged"
    assert run.log_likelihoods[-1] == pytest.approx(one.log_likelihoods[-1], rel=1e-12)
    np.testing.assert_allclose(run.mixture.means, np.tile(x.mean(0), (3, 1)), atol=1e-12)
    np.testing.assert_allclose(expect(x, run.mixture)[0], 1 / 3, rtol=1e-9)


@pytest.mark.parametrize("start", STARTS)
def test_more_components_than_rows_are_refused(start: Start) -> None:
    with pytest.raises(ValueError, match=r"`num_components` must be between 1 and 10.*got 11"):
        start_of(start, HEIGHTS, 11)
    with pytest.raises(ValueError, match="`num_components` must be between 1 and 10"):
        start_of(start, HEIGHTS, 0)


@pytest.mark.parametrize("share", [0, 1e-6])
@pytest.mark.parametrize("start", STARTS)
def test_as_many_components_as_rows(start: Start, share: float) -> None:
    floor = share * float(HEIGHTS.var())
    run = run_em(HEIGHTS, start_of(start, HEIGHTS, 10, floor=floor), 200, floor)
    assert_finite(run)
    assert_never_falls(run)


FLAT = {
    "one row": (np.array([[1.0, 2.0]]), "1 equal rows"),
    "equal rows": (np.full((5, 2), 0.1), "5 equal rows"),
    "a constant column": (
        np.stack([np.arange(6.0), np.full(6, 0.1)], axis=1),
        "column 2 equal to 0.1 in every row",
    ),
    "a line in the plane": (
        np.outer(np.arange(6.0), [1.0, 3.0]) + 0.1,
        "6 rows that lie in fewer dimensions, as far",
    ),
    "two rows in three dimensions": (
        np.arange(6.0).reshape(2, 3) ** 2,
        "2 rows that lie in fewer dimensions",
    ),
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", FLAT)
def test_data_without_volume_need_a_floor(name: str, start: Start) -> None:
    x, message = FLAT[name]
    with pytest.raises(ValueError, match=message):
        start_of(start, x, 1)
    floor = 1e-3
    run = run_em(x, start_of(start, x, 1, floor=floor), 20, floor)
    assert_finite(run)
    np.testing.assert_allclose(run.mixture.means[0], x.mean(0), atol=1e-12)
    expected = np.cov(x.T, bias=True) if len(x) > 1 else np.zeros((2, 2))
    values, vectors = np.linalg.eigh(expected)
    expected = vectors * np.maximum(values, floor) @ vectors.T
    np.testing.assert_allclose(run.mixture.covariances[0], expected, atol=1e-9)


@pytest.mark.parametrize("name", FLAT)
def test_data_without_volume_stop_a_run_that_has_no_floor(name: str) -> None:
    x, _ = FLAT[name]
    start = some_mixture(2, x.shape[1])
    run = run_em(x, start, 20, floor=0)
    assert run.stop == "singular"
    assert run.is_singular.any()
    assert_finite(run)
    for mixture in run.mixtures:
        assert np.isfinite(mixture.responsibilities(x)).all()


def test_equal_rows_have_no_variance_to_take_a_share_of() -> None:
    for x in (np.full((5, 2), 0.1), np.array([[3.0]])):
        with pytest.raises(ValueError, match="`x` must have at least 2 different rows"):
            default_floor(x)
    assert default_floor(HEIGHTS) == pytest.approx(2.921e-9, rel=1e-12)
    x = FLAT["a constant column"][0]
    assert default_floor(x) == pytest.approx(1e-6 * x[:, 0].var(), rel=1e-12)


@pytest.mark.parametrize("far", [1e3, 1e6, 1e9])
def test_a_lone_outlier_takes_a_component_to_itself(far: float) -> None:
    near = moons(200)
    x, floor = np.concatenate([near, [[far, far]]]), default_floor(near)
    run = run_em(x, start_of("spread", x, 2, floor=floor), 100, floor)
    assert_finite(run)
    lone = int(run.mixture.means[:, 0].argmax())
    np.testing.assert_allclose(run.mixture.means[lone], far, rtol=1e-12)
    assert run.mixture.weights[lone] == pytest.approx(1 / 201)
    assert run.floored_from[lone] > 0
    np.testing.assert_allclose(run.mixture.means[1 - lone], near.mean(0), atol=1e-9)


def test_beside_an_outlier_that_is_too_far_the_others_are_one_point() -> None:
    near = moons(200)
    x, floor = np.concatenate([near, [[1e30, 1e30]]]), default_floor(near)
    run = run_em(x, start_of("spread", x, 2, floor=floor), 100, floor)
    assert_finite(run)
    assert run.stop == "singular"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("far", [1e3, 1e9, 1e30])
def test_a_lone_outlier_without_a_floor_is_an_answer_or_a_sentence(
    far: float, start: Start
) -> None:
    x = np.concatenate([moons(200), [[far, far]]])
    if far == 1e3:
        run = run_em(x, start_of(start, x, 2), 100, floor=0)
        assert_finite(run)
        assert run.stop == ("singular" if start == "spread" else run.stop)
    else:
        with pytest.raises(ValueError, match="201 rows that lie in fewer dimensions, as far as"):
            start_of(start, x, 2)


def test_a_component_to_which_no_row_belongs_stays_with_weight_0() -> None:
    start = line([0.5, 0.5], [1.7, 500.0], [0.003, 0.003])
    run = run_em(HEIGHTS, start, 20, floor=0)
    assert run.empty_from.tolist() == [-1, 1]
    assert run.mixture.weights.tolist() == [1, 0]
    assert run.mixture.means[1, 0] == 500
    assert run.mixture.covariances[1, 0, 0] == 0.003
    assert run.log_likelihoods[-1] * 10 == pytest.approx(14.989760945835943, abs=1e-9)
    lonely = maximise(HEIGHTS, np.tile([1.0, 0.0], (10, 1)), floor=0)
    assert lonely.is_empty.tolist() == [False, True]
    assert lonely.mixture.means[1, 0] == pytest.approx(1.683)
    assert elbo(HEIGHTS, np.tile([1.0, 0.0], (10, 1)), lonely.mixture) == pytest.approx(
        14.989760945835943, abs=1e-9
    )


def test_a_hundred_thousand_rows() -> None:
    mixture = some_mixture(8, 2)
    x, _ = mixture.sample(100_000, np.random.default_rng(0))
    run = run_em(x, mixture, 5, floor=0)
    assert_never_falls(run)
    assert run.log_likelihoods[0] == pytest.approx(mixture.log_prob(x).mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"floor": -1.0}, "`floor` must be at least 0, got -1"),
        ({"floor": np.nan}, "`floor` must be a finite number"),
        ({"steps": -1}, "`steps` must be at least 0, got -1"),
        ({"tolerance": -1e-3}, "`tolerance` must be at least 0"),
        ({"x": np.zeros((0, 1))}, "`x` must have at least 1 row, got 0"),
        ({"x": np.zeros((3, 2))}, r"`x` must have shape \[N, 1\], got \[3, 2\]"),
        ({"x": np.array([[np.nan]])}, "`x` must be finite numbers"),
        ({"x_test": np.zeros((3, 2))}, r"`x` must have shape \[N, 1\], got \[3, 2\]"),
    ],
)
def test_what_em_cannot_do_is_refused(bad: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run_em(**{"x": HEIGHTS, "start": TALL, "steps": 3, "floor": 0.0, **bad})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.ones((9, 1)), r"`responsibilities` must have shape \[10, K\], got \[9, 1\]"),
        (np.ones(10), r"must have shape \[10, K\], got \[10\]"),
        (np.tile([1.5, -0.5], (10, 1)), "must be at least 0, got -0.5"),
        (np.full((10, 2), np.nan), "must be at least 0, got nan"),
        (np.full((10, 2), 0.4), "must sum to 1 in every row, got 0.2 off"),
    ],
)
def test_what_is_no_table_of_responsibilities_is_refused(table: Array, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        maximise(HEIGHTS, table, floor=0)


def test_a_run_keeps_its_held_out_rows() -> None:
    run = begin(HEIGHTS, TALL, 0, HEIGHTS)
    with pytest.raises(ValueError, match="`x_test` must be given in every slice"):
        go_on(run, HEIGHTS, 1)


def test_nothing_of_scikit_learn_scipy_or_torch_is_used() -> None:
    code = (
        "import sys; import core.foundations.em, core.foundations.em_bound, "
        "core.foundations.starts, core.foundations.infinity; "
        "print([m for m in ('sklearn', 'scipy', 'torch', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
