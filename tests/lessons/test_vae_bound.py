"""The Bound of the VAE page: estimates with their errors, and the exact value of the same rows."""

import re
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, fine, opened

from core.dataset import DatasetConfig, load_dataset
from core.run import Run
from core.vae.config import EVALUATION_ROWS
from core.vae.evidence import exact_log_evidence
from core.vae.inference import importance_bound
from dashboard.kit.words import words
from dashboard.lessons.vae.bound import ASKED, EXACT, LEAST_ERROR, REPEATS
from dashboard.lessons.vae.lesson import PACKAGE

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(PACKAGE)
DIGITS_HELD_OUT = len(load_dataset(DatasetConfig(name="digits")).x_test)


def asked(**link: object) -> AppTest:
    """The page with the Bound, asked for."""
    app = opened("vae", panel="bound", **link)
    app.button(key="bound").click().run()
    fine(app)
    return app


def run_of(app: AppTest) -> Run:
    """The run as it stood when the button was pressed."""
    found: Run = app.session_state["vae_state"].drawn[ASKED][1]
    return found


def rows(app: AppTest) -> dict[str, tuple[str, str]]:
    """Value and error of every row of the table, by the name of its row."""
    table: pd.DataFrame = app.dataframe[0].value
    return {name: (value, error) for name, value, error in table.itertuples(index=False)}


def legends(app: AppTest) -> str:
    """All coloured words above pictures (HTML)."""
    found = (part.proto.body for part in app.get("html"))
    return " ".join(body for body in found if 'class="legend"' in body)


def captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def is_done(app: AppTest, *names: str) -> bool:
    """Whether there is a number in these rows, or in all."""
    found = rows(app)
    return all(found[name][0] not in ("…", "–") for name in names or found)


EXPECTED: dict[str, dict[str, Any]] = {
    "two dimensions": {},
    "one dimension": {"latent": 1},
    "heteroscedastic, learned prior": {"var": "heteroscedastic", "prior": "learned", "latent": 1},
}


@pytest.mark.parametrize("link", EXPECTED.values(), ids=EXPECTED.keys())
def test_up_to_two_dimensions_the_exact_value_is_drawn_with_its_achieved_error(
    link: dict[str, Any],
) -> None:
    app = asked(data="digits", **link)
    drawn_until(app, lambda: is_done(app, EXACT, SAID("bound.elbo")), "the exact value")
    run = run_of(app)
    whole = exact_log_evidence(
        run.state.parameters, run.config, run.controls, EVALUATION_ROWS, seconds=1e9
    )
    value, how = rows(app)[EXACT]
    assert float(value) == pytest.approx(whole.log_evidence, abs=2e-3)
    error = float(how.rpartition(" ")[2])
    assert how == SAID("bound.within", error=f"{error:.4f}")
    assert whole.error <= error < whole.error + 2 * LEAST_ERROR
    assert SAID("bound.legend_exact") in legends(app)
    assert SAID("bound.how.quadrature", error=f"{error:.4f}") in legends(app)
    elbo = importance_bound(
        run.state.parameters, run.config, run.controls, 1, EVALUATION_ROWS, REPEATS
    )
    told = [gap for c in captions(app) for gap in re.findall(r"L₁ = \*\*([\d.]+)\*\* ±", c)]
    assert told == [f"{whole.log_evidence - elbo.value:.2f}"]


def test_an_exact_value_of_some_rows_is_not_drawn_beside_the_bound_of_all() -> None:
    app = asked()

    def is_partial() -> bool:
        return "of 500 rows" in rows(app)[EXACT][1] and is_done(app, SAID("bound.elbo"))

    drawn_until(app, is_partial, "a part of the exact value")
    value, progress = rows(app)[EXACT]
    assert value == "…"
    done = int(progress.partition(" ")[0])
    assert 0 < done < EVALUATION_ROWS
    assert SAID("bound.legend_exact") not in legends(app)
    assert SAID("bound.follows", rows=progress) in captions(app)
    assert not any("L₁ =" in caption and "at least" not in caption for caption in captions(app))
    drawn_until(app, lambda: not rows(app)[EXACT][1].startswith(progress), "more of it")


def test_a_linear_model_has_its_closed_form_in_any_number_of_dimensions() -> None:
    app = asked(data="digits", net="linear", latent=5)
    drawn_until(app, lambda: is_done(app, EXACT, SAID("bound.elbo")), "the exact value")
    assert rows(app)[EXACT][1] == SAID("bound.exact")
    assert SAID("bound.how.closed_form") in legends(app)
    assert any("L₁ = **" in caption for caption in captions(app))


def test_beyond_two_dimensions_the_gap_is_known_from_below() -> None:
    app = asked(data="digits", latent=3)
    names = list(rows(app))
    assert EXACT not in names
    drawn_until(app, lambda: is_done(app, *names[:2]), "two bounds")
    assert SAID("bound.legend_exact") not in legends(app)
    assert any("is at least L_" in caption for caption in captions(app))


def test_a_reset_ends_the_work_on_the_exact_value_of_the_run_before() -> None:
    app = asked()
    desk = app.session_state["vae_state"].desk
    assert desk.is_waiting(f"bound {EXACT}")
    app.button(key="reset").click().run()
    fine(app)
    assert not desk.is_waiting(f"bound {EXACT}")
    assert not any("At step" in caption for caption in captions(app))
