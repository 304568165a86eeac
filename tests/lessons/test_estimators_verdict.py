"""The estimators' table and verdict: bias, variance, and who wins."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from core.estimators.answers import ExactGradient
from core.estimators.config import EstimatorsConfig
from core.estimators.reference import exact_gradient
from core.estimators.trial import run_trial
from core.estimators.work import blocks_in_all
from dashboard.kit.sentences import bold
from dashboard.kit.words import words
from dashboard.lessons.estimators.lesson import LESSON
from dashboard.lessons.estimators.table import Row, rows, table_frame, winners
from dashboard.lessons.estimators.table_html import table_html, table_note
from dashboard.lessons.estimators.verdict import verdict

SAID = words(LESSON.package)

Measured = tuple[EstimatorsConfig, list[Row], ExactGradient]


def measured(config: EstimatorsConfig) -> Measured:
    exact = exact_gradient(config)
    assert exact is not None
    trial = run_trial(config, 0, blocks_in_all(config))
    return config, rows(config, 0, exact, trial), exact


def said_of(found: Measured, table: Sequence[Row] | None = None) -> str:
    config, all_rows, exact = found
    return verdict(config, list(all_rows if table is None else table), exact, 0, SAID)


def test_variance_alone_would_crown_naot_and_the_error_does_not() -> None:
    found = measured(EstimatorsConfig(estimators=("pathwise", "naive", "score_function")))
    _, table, exact = found
    best = winners(table)
    assert best["variance"] == {"naive"}
    assert by_number(table)["pathwise"].exact.value == pytest.approx(0.4)
    assert best["mse"] == best["needed"] == {"pathwise"}
    assert best["bias"] == best["bias_squared"] == {"pathwise", "score_function"}
    by_name = {row.name: row for row in table}
    assert by_name["naive"].needed == "never"
    assert by_name["naive"].bias == -2
    assert by_name["naive"].mse == 4
    assert by_name["pathwise"].needed == pytest.approx(4 / 0.02**2, rel=0.1)
    assert "**all bias**" in said_of(found)
    assert "never" in table_html(table, SAID)
    assert list(table_frame(table, exact, 0)["mse"]) == [row.mse for row in table]


def test_where_the_gradient_is_zero_no_relative_error_is_defined() -> None:
    found = measured(EstimatorsConfig(mu=0.0, estimators=("pathwise", "naive")))
    assert {row.needed for row in found[1]} == {"undefined"}
    assert "right by luck" in said_of(found)


def test_a_step_turns_the_roles() -> None:
    who = ("pathwise", "naive", "score_function")
    found = measured(EstimatorsConfig(function="step", k=1.0, estimators=who))
    sentence = said_of(found)
    assert "**Score function wins**" in sentence
    assert "Boopy (pathwise): slope 0 almost everywhere" in sentence
    alone = [row for row in found[1] if row.is_biased]
    assert "Nobody here is unbiased" in said_of(found, alone)


def test_the_verdict_of_every_experiment_says_what_it_teaches() -> None:
    said = {}
    for name in ("boopy", "score", "step", "best", "worse", "dimension", "pairs"):
        found = measured(LESSON.question(LESSON.presets[name].choices).config)
        said[name] = said_of(found)
        assert not winners(found[1])["mse"] & {r.name for r in found[1] if r.is_biased}, name
    assert "Boopy (pathwise) wins" in said["boopy"]
    assert re.search(r"Score function needs 7\.\d+ times", said["boopy"])
    assert "Score function wins" in said["score"]
    assert re.search(r"Boopy \(pathwise\) needs 4\.\d+ times", said["score"])
    assert "Boopy (pathwise): slope 0 almost everywhere, so **biased**" in said["step"]
    assert "Score, best b* wins" in said["best"]
    assert re.search(r"Score function needs 4\.\d+ times", said["best"])
    assert "Score function wins" in said["worse"]  # b* = 0: nothing is better than nothing
    assert "The mean as baseline makes it worse" in said["worse"]
    assert re.search(r"Score function needs 4\d\d times", said["dimension"])
    assert "Boopy, antithetic wins" in said["pairs"]


def test_nobody_wins_where_f_is_flat_and_rare_events_are_not_called_bias() -> None:
    assert "nobody wins" in said_of(measured(EstimatorsConfig(function="linear", k=0.0)))
    perfect = said_of(measured(EstimatorsConfig(function="cos", k=0.0)))
    assert "**No error at all:** Boopy (pathwise) · " in perfect
    found = measured(EstimatorsConfig(function="step", k=5.0, mu=1.0, sigma=0.7))
    by_name = {row.name: row for row in found[1]}
    assert not found[2].is_zero(0)
    assert by_name["pathwise"].needed == "never"  # it would not see it with any number of draws
    assert by_name["score_function"].needed == "not_seen"
    assert not by_name["score_function"].is_biased
    assert "score_function" not in winners(found[1])["bias"]
    assert "no draw has shown it" in said_of(found)
    assert ">not seen<" in table_html(found[1], SAID)


def test_several_components_have_a_sum_of_variances() -> None:
    _, found, _ = measured(EstimatorsConfig(dim=3, estimators=("pathwise",)))
    assert found[0].sampled_total[0] == pytest.approx(3 * 0.4, rel=0.1)
    assert found[0].total[0] == pytest.approx(3 * 0.4)
    assert "Σ variance, all 3" in table_html(found, SAID)
    alone = measured(EstimatorsConfig(estimators=("pathwise",)))[1]
    assert "Σ variance" not in table_html(alone, SAID)


def test_the_names_of_estimators_keep_their_hyphens() -> None:
    found = measured(EstimatorsConfig(mu=-1.0, estimators=("leave_one_out", "measure_valued")))
    said = said_of(found) + table_html(found[1], SAID)
    assert "−2" in said
    assert "Measure-valued" in said
    assert "leave-one-out" in said


def test_a_verdict_is_set_in_bold_and_nothing_else_of_it_is_markup() -> None:
    assert bold("**a** <b & c> **d**") == "<b>a</b> &lt;b &amp; c&gt; <b>d</b>"


def row(name: str, variance: float, error: float, **fields: object) -> Row:
    """A line of the table whose variance was sampled."""
    given = {"mean": 2.0, "standard_error": 0.1, "bias": 0.0, "is_biased": False, "cost": 10.0}
    given |= {"is_unseen": False, "needed": 100.0 * variance}
    given |= {"sampled": (variance, error), "sampled_total": (variance, error)}
    return Row(name=name, **(given | fields))


def test_nobody_has_a_star_where_the_errors_are_larger_than_the_difference() -> None:
    near = [row("pathwise", 1.0, 0.1), row("leave_one_out", 1.2, 0.1)]
    far = [row("pathwise", 1.0, 0.1), row("leave_one_out", 1.4, 0.1)]
    third = [*far, row("antithetic", 1.0, 0.1)]
    for column in ("variance", "total", "mse", "needed"):
        assert winners(near)[column] == set()
        assert winners(far)[column] == {"pathwise"}
        assert winners(third)[column] in (set(), {"pathwise", "antithetic"})
    alone = winners([row("pathwise", 1.0, 0.1)])
    assert not any(alone.values())
    assert "★" not in table_html(near, SAID)
    assert 'class="best"' not in table_html(near, SAID).replace("cost", "")


def test_a_cost_has_a_star_beyond_the_noise_of_timing_only() -> None:
    for cost, expected in ((11.0, set()), (19.9, set()), (20.1, {"pathwise"})):
        table = [row("pathwise", 1, 0.1), row("naive", 1, 0.1, cost=cost)]
        assert winners(table)["cost"] == expected


def test_a_bias_has_a_star_only_where_somebody_is_biased() -> None:
    right = [row("pathwise", 1, 0.1), row("antithetic", 1, 0.1)]
    assert winners(right)["bias"] == set()
    wrong = row("naive", 0, 0, bias=-2.0, is_biased=True, needed="never")
    assert winners([*right, wrong])["bias"] == {"pathwise", "antithetic"}


def test_sampled_and_exact_variances_stand_beside_each_other() -> None:
    found = measured(EstimatorsConfig(estimators=("pathwise", "naive", "score_function")))[1]
    text = table_html(found, SAID)
    assert text.index("variance, sampled") < text.index("variance, exact")
    by_name = by_number(found)
    assert by_name["score_function"].exact.value == pytest.approx(3)
    value, error = by_name["score_function"].sampled
    assert abs(value - 3) < 4 * error < 1
    unknown = measured(EstimatorsConfig(function="network", k=1.0, estimators=("pathwise",)))[1]
    assert unknown[0].exact is None
    assert "variance, exact" not in table_html(unknown, SAID)


def by_number(table: Sequence[Row]) -> dict[str, Row]:
    return {one.name: one for one in table}


def test_the_note_says_what_the_letters_of_the_table_are() -> None:
    choice = LESSON.question({"est": ("constant_baseline", "optimal_baseline"), "mu": 1.0})
    _, found, _ = measured(choice.config)
    note = table_note(choice, found, SAID)
    assert "one standard error" in note
    assert "E[f s²]/E[s²] = 4" in note
    assert "the mean E f = 2" in note
    assert "leave-one-out" not in note
    number = LESSON.question({"est": ("constant_baseline",), "base": "number", "b": 0.0})
    assert "here = 0" in table_note(number, measured(number.config)[1], SAID)


def test_a_reason_that_compares_stands_only_where_it_is_true() -> None:
    steep = {"function": "cos", "k": 2.0, "num_samples": 1}
    alone = measured(EstimatorsConfig(estimators=("pathwise", "naive"), **steep))
    assert "Boopy (pathwise) wins" in said_of(alone)  # by himself; the score function would win
    assert "varies less" not in said_of(alone)
    beside = measured(EstimatorsConfig(estimators=("pathwise", "score_function")))
    assert "varies less than f times the score" in said_of(beside)
    pairs = ("score_function", "score_antithetic")
    odd, wide = {"function": "linear", "k": 1.0, "mu": 0.0}, {"function": "sigmoid", "k": 1.0}
    for block, word, f in (("mean", "the same", wide), ("factor", "opposite", odd)):
        said = said_of(measured(EstimatorsConfig(block=block, estimators=pairs, **f)))
        assert "Score, antithetic wins" in said
        assert f"what is {word} in f" in said


@pytest.mark.parametrize("function", ["elbo", "elbo_sampled"])
@pytest.mark.parametrize("bias", [0.0, 3.0])
def test_what_naot_gets_of_the_elbo_is_said(function: str, bias: float) -> None:
    config = EstimatorsConfig(function=function, total_draws=2_000)
    naive = row("naive", 1.0, 0.1, mean=bias, bias=bias, is_biased=bias > 0, needed="never")
    exact = ExactGradient(value=np.zeros(2), error=np.ones(2), how="quadrature")
    sentence = verdict(config, [naive], exact, 0, SAID)
    assert ("KL's gradient alone" in sentence) is (function == "elbo")
    assert ("noise of mean 0" in sentence) is (function == "elbo_sampled")
    assert ("biased by 3" in sentence) is (bias > 0)
