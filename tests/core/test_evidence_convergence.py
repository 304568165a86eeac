"""log p̂ of growing numbers of draws: nested, in slices, with errors that hold; and its mean."""

import numpy as np
import pytest
from numpy.typing import NDArray
from test_evidence_digit import of_run
from test_evidence_source import tiny_source

from core.dataset import load_dataset
from core.evidence import requests
from core.evidence.answers import Convergence
from core.evidence.convergence import (
    find_convergence,
    find_expected,
    ladder,
    weigh_draws,
)
from core.evidence.digit import Digit
from core.evidence.models import Line, Plane, Square
from core.evidence.proposals import Gaussian, Mixture, Proposal, gaussian
from core.evidence.quantities import find_elbo
from core.evidence.work import model_of
from core.vae.ready import ready_vae

Array = NDArray[np.float64]
Model = Line | Plane | Square

LINE, PLANE, SQUARE = Line(), Plane(), Square()
PRIOR, PRIOR2 = gaussian([0], [1]), gaussian([0, 0], [1, 1])
NARROW = gaussian([1.6], [np.sqrt(0.05)])
TWO = Mixture(first=gaussian([1.2], [0.2]), second=gaussian([-1.2], [0.2]))

CASES: dict[str, tuple[Model, Proposal]] = {
    "line, prior": (LINE, PRIOR),
    "line, infinite variance": (LINE, NARROW),
    "plane, prior": (PLANE, PRIOR2),
    "square, two": (SQUARE, TWO),
}


def test_the_ladder_climbs_by_1_2_5_up_to_its_last_rung() -> None:
    assert ladder(300).tolist() == [1, 2, 5, 10, 20, 50, 100, 200, 300]
    assert ladder(1).tolist() == [1]
    assert len(ladder(100_000)) == 16


def test_slices_merge_to_what_one_request_gives() -> None:
    whole = find_convergence(LINE, PRIOR, 3, 0, 5, 200)
    parts = [find_convergence(LINE, PRIOR, 3, *part, 200) for part in ((0, 2), (2, 1), (3, 2))]
    merged = parts[0].merged(parts[1]).merged(parts[2])
    assert merged.repeats == 5
    np.testing.assert_array_equal(merged.estimates, whole.estimates)
    np.testing.assert_array_equal(merged.effective, whole.effective)
    assert len(np.unique(whole.estimates[:, -1])) == 5
    with pytest.raises(ValueError, match="`sizes` must be the same in both"):
        whole.merged(find_convergence(LINE, PRIOR, 3, 0, 1, 100))


@pytest.mark.parametrize("name", CASES)
def test_estimates_are_read_from_the_first_of_the_same_draws(name: str) -> None:
    problem, q = CASES[name]
    found = find_convergence(problem, q, 11, 4, 1, 1000)
    draws = weigh_draws(problem, q, 1000, 11, 4)
    for index, K in enumerate(found.sizes):
        w = np.exp(draws.log_weights[:K])
        assert found.estimates[0, index] == pytest.approx(np.log(w.mean()), abs=1e-9)
        assert found.effective[0, index] == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-9)


def test_a_perfect_proposal_is_there_with_one_draw() -> None:
    for problem in (LINE, PLANE):
        exact = problem.exact()
        found = find_convergence(problem, exact.posterior, 0, 0, 3, 100)
        np.testing.assert_allclose(found.estimates, exact.log_p, atol=1e-9)
        np.testing.assert_allclose(found.effective, found.sizes[None].repeat(3, 0), rtol=1e-9)
        assert (found.standard_error < 1e-9).all()
        expected = find_expected(problem, exact.posterior, 100)
        np.testing.assert_allclose(expected.value, exact.log_p, atol=1e-9)
        np.testing.assert_allclose(expected.asymptote, exact.log_p, atol=1e-9)


def many(problem: Model, q: Proposal, count: int, num_samples: int) -> Convergence:
    """``count`` repeats, twenty to a request."""
    parts = [
        find_convergence(problem, q, 17, first, 20, num_samples) for first in range(0, count, 20)
    ]
    so_far = parts[0]
    for part in parts[1:]:
        so_far = so_far.merged(part)
    return so_far


@pytest.mark.parametrize("name", CASES)
def test_the_standard_error_of_the_mean_holds(name: str) -> None:
    """200 means over 20 repeats scatter about the exact curve as widely as each one says.

    Skewed as log p̂ of a few draws is, two errors then cover it somewhat less often than in 95 %.
    """
    problem, q = CASES[name]
    found = many(problem, q, 4000, 50)
    expected = find_expected(problem, q, 50)
    blocks = found.estimates.reshape(200, 20, -1)
    means, errors = blocks.mean(1), blocks.std(1, ddof=1) / np.sqrt(20)
    first = Convergence(sizes=found.sizes, estimates=blocks[0], effective=found.effective[:20])
    np.testing.assert_allclose(first.mean, means[0])
    np.testing.assert_allclose(first.standard_error, errors[0])
    spread = means.std(0, ddof=1)
    np.testing.assert_allclose(np.sqrt((errors**2).mean(0)), spread, rtol=0.15)
    covered = np.abs(means - expected.value) < 2 * errors
    assert (covered.mean(0) > 0.8).all()
    overall = np.abs(found.mean - expected.value)
    assert (overall < 5 * found.standard_error + expected.error).all()


def test_one_repeat_has_no_error_of_its_mean() -> None:
    assert np.isnan(find_convergence(LINE, PRIOR, 0, 0, 1, 10).standard_error).all()


@pytest.mark.parametrize("name", CASES)
def test_the_curve_rises_from_the_elbo_to_the_evidence(name: str) -> None:
    problem, q = CASES[name]
    expected = find_expected(problem, q)
    assert expected.value[0] == pytest.approx(find_elbo(problem, q).value, abs=1e-7)
    assert (np.diff(expected.value) > 0).all()
    assert (expected.value < expected.log_p).all()
    assert expected.log_p == problem.exact().log_p
    assert (expected.error < 1e-5).all()


def test_the_asymptote_is_drawn_only_where_it_holds() -> None:
    """On the line under the prior, χ² = 5.9: wrong by two fifths at K = 10, right from 50 on."""
    expected = find_expected(LINE, PRIOR, 1000)
    assert np.isnan(expected.asymptote[expected.sizes <= 20]).all()
    drawn = expected.sizes >= 50
    np.testing.assert_allclose(
        expected.asymptote[drawn],
        expected.log_p - 5.9105404 / (2 * expected.sizes[drawn]),
        atol=1e-8,
    )
    bias = expected.value[drawn] - expected.log_p
    np.testing.assert_allclose(expected.asymptote[drawn] - expected.log_p, bias, rtol=0.1)


def test_no_asymptote_is_drawn_where_weights_have_no_variance() -> None:
    assert np.isnan(find_expected(LINE, NARROW).asymptote).all()
    half = Gaussian(mean=np.array([1.6]), covariance=np.array([[0.1]]))
    assert np.isnan(find_expected(LINE, half, 1000).asymptote).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: find_convergence(LINE, PRIOR, 0, -1, 1), "`first` must be at least 0, got -1"),
        (lambda: find_convergence(LINE, PRIOR, 0, 0, 21), "`repeats` must be at most 20, got 21"),
        (lambda: find_convergence(LINE, PRIOR, 0, 0, 1, 0), "`num_samples` must be at least 1"),
        (lambda: find_expected(LINE, PRIOR, 10**6), "`num_samples` must be at most 100000"),
        (lambda: find_convergence(LINE, PRIOR2, 0, 0, 1), "as many dimensions as z, 1, got 2"),
        (lambda: find_expected(PLANE, PRIOR), "as many dimensions as z, 2, got 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]


def test_a_digit_converges_as_its_draws_say() -> None:
    """Through the worker: nested prefixes of the same draws, and both slices of two repeats."""
    source = tiny_source()
    posterior = requests.digit_posterior(source, 3)
    q = Gaussian(mean=posterior.mean, covariance=posterior.covariance)
    both, second = (
        requests.digit_convergence(source, 3, q, 5, *part) for part in ((0, 2), (1, 1))
    )
    np.testing.assert_array_equal(both.estimates[1:], second.estimates)
    assert both.sizes[-1] == 100_000
    draws = requests.digit_draws(source, 3, q, 100, 5, 1, 1)
    np.testing.assert_allclose(both.estimates[1, : len(draws.sizes)], draws.estimates[0])
    assert both.estimates[:, -1] == pytest.approx(posterior.log_evidence, abs=0.05)


def test_a_proposal_that_is_confidently_wrong_is_worse_than_none() -> None:
    """Held-out rows 0 to 19 of the shipped VAE, the same seed for both proposals.

    With 100 draws the encoder is nearer on the median digit and with 1,000 no more; in the mean
    it is tens of nats behind the prior then, for a few digits it is certain of the wrong place.
    """
    run = ready_vae()
    assert run is not None
    model = model_of(of_run(run))
    gaps: dict[str, list[Array]] = {"encoder": [], "prior": []}
    for x in load_dataset(run.config.dataset).x_test[:20]:
        digit = Digit(decoder=model.decoder, grid=model.grid, x=x)
        log_p = digit.find_peak().log_integral
        for name, q in (("encoder", digit.encoder), ("prior", digit.prior)):
            gaps[name].append(log_p - weigh_draws(digit, q, 1000, 1).estimates[0, [6, 9]])
    encoder, prior = (np.array(gaps[name]) for name in ("encoder", "prior"))
    assert ladder(1000)[[6, 9]].tolist() == [100, 1000]
    assert np.median(encoder[:, 0]) < np.median(prior[:, 0])
    assert np.median(encoder[:, 1]) > np.median(prior[:, 1])
    assert encoder[:, 1].mean() > 40
    assert prior[:, 1].mean() < 12
