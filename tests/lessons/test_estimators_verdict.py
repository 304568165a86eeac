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
from dashboard.kit.words import words
from dashboard.lessons.estimators.lesson import LESSON
from dashboard.lessons.estimators.panels import bold
from dashboard.lessons.estimators.table import Row, rows, table_frame, table_html, winners
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
    config, found, _ = measured(EstimatorsConfig(dim=3, estimators=("pathwise",)))
    assert found[0].total_variance == pytest.approx(3 * 0.4, rel=0.1)
    assert "Σ variance, all 3" in table_html(found, SAID, config.num_parameters)
    assert "Σ variance" not in table_html(found, SAID)


def test_the_names_of_estimators_keep_their_hyphens() -> None:
    found = measured(EstimatorsConfig(mu=-1.0, estimators=("leave_one_out", "measure_valued")))
    said = said_of(found) + table_html(found[1], SAID)
    assert "−2" in said
    assert "Measure-valued" in said
    assert "leave-one-out" in said


def test_a_verdict_is_set_in_bold_and_nothing_else_of_it_is_markup() -> None:
    assert bold("**a** <b & c> **d**") == "<b>a</b> &lt;b &amp; c&gt; <b>d</b>"


@pytest.mark.parametrize("function", ["elbo", "elbo_sampled"])
@pytest.mark.parametrize("bias", [0.0, 3.0])
def test_what_naot_gets_of_the_elbo_is_said(function: str, bias: float) -> None:
    config = EstimatorsConfig(function=function, total_draws=2_000)
    naive = Row(
        name="naive",
        mean=bias,
        standard_error=0.1,
        bias=bias,
        is_biased=bias > 0,
        is_unseen=False,
        variance=1.0,
        total_variance=1.0,
        cost=1.0,
        needed="never",
    )
    exact = ExactGradient(value=np.zeros(2), error=np.ones(2), how="quadrature")
    sentence = verdict(config, [naive], exact, 0, SAID)
    assert ("KL's gradient alone" in sentence) is (function == "elbo")
    assert ("biased by 3" in sentence) is (bias > 0)
