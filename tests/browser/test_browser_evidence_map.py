"""The evidence map in a real Chromium: its numbers are the core's, at the pace of the pointer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bare_app import bare_app
from evidence_cases import case_of, noise
from evidence_page import MAP, asked, dragged, drawn, middle, opened, pixels
from support import wait_for

from core.evidence import digit as digit_rules
from core.evidence import quantities
from core.evidence.chi_squared import find_chi_squared
from core.evidence.digit import Digit, has_finite_variance
from core.evidence.proposals import Gaussian, Mixture, Proposal, gaussian
from core.evidence.quantities import weigh

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
CLOSED, NARROW = 1e-6, 2e-3


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with nothing but the map."""
    with bare_app(HERE / "evidence_app.py", tmp_path_factory.mktemp("evidence")) as url:
        yield url


def set_q(page: Any, q: Gaussian, twin: bool = False) -> None:
    fields = {"mean": q.mean.tolist(), "covariance": q.covariance.tolist(), "twin": twin}
    page.evaluate(f"(q) => {MAP}.setQ(q)", fields)
    drawn(page)


def shown_q(page: Any) -> Gaussian:
    """The q that the browser shows, without its twin."""
    q = asked(page, "q()")
    return Gaussian(mean=np.array(q["mean"]), covariance=np.array(q["covariance"]))


def twinned(q: Gaussian) -> Mixture:
    return Mixture(first=q, second=Gaussian(mean=-q.mean, covariance=q.covariance))


ONE = gaussian([1.0], [0.4])
WIDE, FLAT = gaussian([0.3, -0.2], [0.9, 0.8], -0.3), gaussian([0.3, -0.2], [0.6, 0.3], 0.7)
NARROWEST = gaussian([1.2], [0.1])


@pytest.mark.parametrize("twin", [False, True], ids=["one", "twin"])
@pytest.mark.parametrize(
    ("model", "q"),
    [("line", ONE), ("plane", WIDE), ("plane", FLAT), ("square", NARROWEST), ("square", ONE)],
    ids=["line", "plane", "too flat for the plane", "narrow on square", "square"],
)
def test_the_numbers_of_small_models_are_those_of_the_core(
    context: Any, address: str, model: str, q: Gaussian, twin: bool
) -> None:
    page = opened(context, address, model)
    set_q(page, q, twin)
    shown = shown_q(page)
    whole: Proposal = twinned(shown) if twin else shown
    case = case_of(model)
    posterior: Any = case.problem.exact().posterior
    elbo = quantities.find_elbo(case.problem, whole).value
    kl = quantities.find_kl(whole, posterior).value
    assert asked(page, "elbo()") == pytest.approx(elbo, abs=CLOSED)
    assert asked(page, "kl()") == pytest.approx(kl, abs=CLOSED)
    assert asked(page, "residual()") == pytest.approx(0, abs=CLOSED)
    chi_squared = find_chi_squared(whole, posterior)
    assert asked(page, "variance()") == ("finite" if chi_squared.is_finite else "infinite")
    ess = 100 * chi_squared.relative_ess if chi_squared.is_finite else None
    assert asked(page, "exactEss()") == (ess if ess is None else pytest.approx(ess, rel=1e-5))
    same_weights(page, case.problem, whole)


def same_weights(page: Any, problem: Any, q: Proposal, tolerance: float = 1e-6) -> None:
    """Draws, weights and what they say are the core's, from the same noise."""
    numbers = noise(100, q.dim).astype(np.float64)
    z, weights = weigh(problem, q, numbers[:, : q.noise_dim])
    np.testing.assert_allclose(asked(page, "draws()"), z.ravel(), atol=1e-6)
    np.testing.assert_allclose(asked(page, "weights()"), weights.normalised, atol=tolerance)
    assert asked(page, "logPHat()") == pytest.approx(weights.log_p.value, abs=tolerance)
    assert asked(page, "ess()") == pytest.approx(weights.ess, rel=tolerance)


@pytest.mark.parametrize("key", ["diagonal", "encoder", "full"])
def test_the_numbers_of_a_digit_are_those_of_the_core(
    context: Any, address: str, key: str
) -> None:
    page = opened(context, address, "digit", opening={"q": key})
    case = case_of("digit")
    digit, exact = case.problem, case.fields["exact"]
    assert isinstance(digit, Digit)
    mean, covariance = case.fields["proposals"][key]
    q = Gaussian(mean=np.asarray(mean), covariance=np.asarray(covariance))
    wait_for(lambda: asked(page, "isFinal()"), "the finer rules")
    elbo = digit_rules.find_elbo(digit, q)
    kl = digit_rules.find_kl(q, lambda z: digit.log_joint(z) - exact["log_normaliser"])
    assert asked(page, "elbo()") == pytest.approx(elbo.value, abs=NARROW)
    assert asked(page, "kl()") == pytest.approx(kl.value, abs=NARROW)
    errors = asked(page, "errors()")
    assert errors == pytest.approx([elbo.error, kl.error], abs=NARROW)
    assert asked(page, "variance()") == "infinite"
    assert has_finite_variance(digit.decoder, q) is False
    assert page.locator(".exact-ess").inner_text() == "no finite variance"
    same_weights(page, digit, q, tolerance=5e-3)


def test_the_best_diagonal_q_is_set_by_its_numbers(context: Any, address: str) -> None:
    page = opened(context, address, "digit")
    _, covariance = case_of("digit").fields["proposals"]["diagonal"]
    set_q(page, Gaussian(mean=np.array([-2.217, -0.851]), covariance=covariance))
    assert asked(page, "elbo()") == pytest.approx(-47.31, abs=0.01)
    assert asked(page, "q().key") == "mine"


def test_a_wide_q_is_refined_when_it_rests(context: Any, address: str) -> None:
    page = opened(context, address, "digit", opening={"q": "prior", "zoom": "all"})
    wait_for(lambda: asked(page, "isFinal()"), "the finer rules")
    digit = case_of("digit").problem
    assert isinstance(digit, Digit)
    fine = digit_rules.find_elbo(digit, digit.prior)
    assert asked(page, "elbo()") == pytest.approx(fine.value, abs=NARROW)
    assert "±" in page.locator("dd.elbo").inner_text()
    assert asked(page, "variance()") == "finite"
    assert asked(page, "exactEss()") is None
    page.emulate_media(color_scheme="dark")  # another message, of the same q
    wait_for(lambda: asked(page, "counters.updates") == 2, "the message")
    page.wait_for_timeout(400)
    assert asked(page, "isFinal()")
    assert asked(page, "counters.refined") == 1
    set_q(page, digit.prior)
    assert page.locator("dd.elbo").inner_text().startswith("≈")
    assert asked(page, "elbo()") == pytest.approx(fine.value, abs=20)


@pytest.mark.parametrize("twin", [False, True], ids=["one", "twin"])
def test_a_decoder_of_one_dimension_with_a_variance_of_its_own(
    context: Any, address: str, twin: bool
) -> None:
    page = opened(context, address, "own")
    case = case_of("own")
    digit, exact = case.problem, case.fields["exact"]
    assert isinstance(digit, Digit)
    scale = float(np.sqrt(exact["covariance"][0, 0]))
    set_q(page, gaussian([float(exact["mean"][0]) + scale], [min(2 * scale, 0.06)]), twin)
    shown = shown_q(page)
    q: Proposal = twinned(shown) if twin else shown
    elbo = digit_rules.find_elbo(digit, q)
    kl = digit_rules.find_kl(q, lambda z: digit.log_joint(z) - exact["log_normaliser"])
    assert asked(page, "elbo()") == pytest.approx(elbo.value, abs=NARROW)
    assert asked(page, "kl()") == pytest.approx(kl.value, abs=NARROW)
    assert asked(page, "isFinal()")
    z = np.array([[-1.0], [0.3]])
    joint = page.evaluate(f"(z) => {MAP}.logJoint(z)", z.ravel().tolist())
    np.testing.assert_allclose(joint, digit.log_joint(z), rtol=1e-5)


def test_a_wrong_evidence_shows_in_the_residual(context: Any, address: str) -> None:
    page = opened(context, address, "plane", wrong=0.5)
    assert asked(page, "residual()") == pytest.approx(-0.5, abs=CLOSED)
    assert "= −0.5000" in page.locator(".residual").inner_text()
    area, span = asked(page, "scene.panels.column.area"), asked(page, "scene.span")
    dashed = area["top"] + 0.16 * area["height"]
    missing = 0.5 * 0.84 * area["height"] / span
    assert top_of_the_bar(page) == pytest.approx(dashed + missing, abs=2)


def test_a_density_above_one_is_explained(context: Any, address: str) -> None:
    page = opened(context, address, "plane")
    assert page.locator(".positive").inner_text() == ""
    page = opened(context, address, "plane", wrong=10)
    assert "p(x) is a density" in page.locator(".positive").inner_text()


def beside_the_posterior() -> dict[str, Any]:
    """One's own q on the plane: the posterior's shape in another place."""
    exact = case_of("plane").fields["exact"]
    s1, s2 = np.sqrt(np.diag(exact["covariance"]))
    rho = exact["covariance"][0, 1] / (s1 * s2)
    m1, m2 = exact["mean"] - [1.0, 0.5]
    return {"q": "mine", "m1": m1, "m2": m2, "s1": s1, "s2": s2, "rho": rho}


def test_q_dragged_onto_the_posterior_has_equal_weights(context: Any, address: str) -> None:
    page = opened(context, address, "plane", opening=beside_the_posterior())
    assert asked(page, "kl()") > 0.5
    dragged(page, "centre", pixels(page, np.array([1.0, 0.5])))
    assert asked(page, "kl()") < 0.01
    assert asked(page, "ess()") > 98
    weights = np.array(asked(page, "weights()"))
    assert weights == pytest.approx(0.01, abs=0.003)


def test_log_p_does_not_move_while_q_is_dragged(context: Any, address: str) -> None:
    page = opened(context, address, "plane", opening=beside_the_posterior())
    x, y = middle(page.locator("[data-handle=centre]"))
    page.mouse.move(x, y)
    page.mouse.down()
    tops, splits = set(), set()
    for i in range(8):
        page.mouse.move(x + 9 * i, y - 5 * i)
        drawn(page)
        tops.add((top_of_the_bar(page), page.locator(".log-p").inner_text()))
        splits.add(page.locator("dd.kl").inner_text())
        assert asked(page, "residual()") == pytest.approx(0, abs=CLOSED)
    page.mouse.up()
    assert len(tops) == 1
    assert len(splits) == 8


def top_of_the_bar(page: Any) -> int:
    """The first row of pixels of the column, counted from above, in a part's own colour."""
    found: int = page.locator(".column canvas").evaluate(
        "(canvas, bar) => { const s = devicePixelRatio; const data = canvas.getContext('2d')"
        ".getImageData(Math.round((bar.left + bar.width / 2) * s), 0, 1, canvas.height).data;"
        "for (let i = 0; i < data.length; i += 4) if (Math.max(data[i], data[i + 1], data[i + 2])"
        " - Math.min(data[i], data[i + 1], data[i + 2]) > 90) return i / 4; return -1; }",
        asked(page, "scene.panels.column.bar"),
    )
    return found


def test_half_of_the_variance_has_no_finite_variance(context: Any, address: str) -> None:
    half = {"q": "mine", "m1": 1.6, "s1": 0.1**0.5}
    page = opened(context, address, "line", opening=half)
    exact = page.locator(".exact-ess")
    assert exact.inner_text() == "no finite variance"
    assert asked(page, "kl()") == pytest.approx(0.09657359, abs=1e-7)
    for variance, said in ((0.11, "57.5"), (0.09, "no finite variance")):
        set_q(page, Gaussian(mean=np.array([1.6]), covariance=np.array([[variance]])))
        wait_for(lambda s=said: exact.inner_text().startswith(s), f"{said} at {variance}")
    assert asked(page, "variance()") == "infinite"
    assert asked(page, "kl()") == pytest.approx(0.1242538, abs=1e-5)


def test_axes_scale_and_the_knob_turns(context: Any, address: str) -> None:
    opening = {"q": "mine", "s1": 0.8, "s2": 0.4, "zoom": "fit"}
    page = opened(context, address, "plane", opening=opening)
    dragged(page, "major", pixels(page, np.array([0.4, 0.0])))
    s1, s2 = shown_q(page).scales
    assert s1 == pytest.approx(1.2, abs=0.02)
    assert s2 == pytest.approx(0.4, abs=1e-5)
    x, y = middle(page.locator("[data-handle=centre]"))
    knob = np.array(middle(page.locator("[data-handle=turn]")))
    dragged(page, "turn", np.array([x, y + abs(knob[0] - x)]) - knob)
    q = shown_q(page)
    assert q.scales == pytest.approx([0.4, 1.2], abs=0.03)
    before = np.linalg.det(q.covariance)
    dragged(page, "centre", np.array([20.0, 0.0]))
    assert np.linalg.det(shown_q(page).covariance) == pytest.approx(before, rel=1e-5)
