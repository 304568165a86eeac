"""The evidence page without a browser: what links open, and what it says of what it cannot."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, fine, opened

from core.dataset import DatasetConfig
from core.training import new_run
from core.vae.config import VAEConfig, VAEControls
from core.vae.ready import ready_vae
from dashboard.components.payload import unpack
from dashboard.kit.sessions import run_store
from dashboard.kit.words import words
from dashboard.lessons.evidence.lesson import LESSON, PRESETS, TABS

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(LESSON.package)


def components(app: AppTest, name: str) -> list[Any]:
    """The protos of the components of our own that are called so."""
    found = [element.proto for element in app.get("bidi_component")]
    return [proto for proto in found if proto.component_name.endswith(name)]


def told(app: AppTest) -> dict[str, Any]:
    """What the map was told, as soon as all is there; a browser would have asked again."""
    if components(app, "ask_on"):
        drawn_until(app, lambda: not components(app, "ask_on"), "all answers")
    return unpack(components(app, "evidence_map")[0].bytes)[0]


def board(app: AppTest) -> dict[str, Any]:
    """What the board below the map was sent."""
    told(app)
    return unpack(components(app, "board")[0].bytes)[0]


def text_of(app: AppTest) -> str:
    elements = (*app.markdown, *app.caption, *app.warning, *app.info, *app.get("html"))
    return " ".join(str(getattr(one, "value", None) or one.proto.body) for one in elements)


def test_the_page_opens_on_a_digit_whose_evidence_is_exact() -> None:
    app = opened("evidence")
    found = told(app)
    assert found["problem"]["kind"] == "decoder"
    assert found["exact"]["log_p"] == pytest.approx(73.3388, abs=3e-3)
    assert found["rest"]["of"]["q"] == "encoder"
    total = found["rest"]["elbo"] + found["rest"]["kl"]
    assert total == pytest.approx(found["exact"]["log_p"], abs=0.02)
    assert set(found["proposals"]) == {"prior", "encoder", "diagonal", "full", "posterior"}
    assert not found["waiting"]
    assert len(found["paths"]) == 2


@pytest.mark.parametrize("name", [name for name in PRESETS if name not in ("gaps", "learn_prior")])
def test_every_experiment_is_one_click(name: str) -> None:
    app = opened("evidence")
    app.button(key=f"preset_{name}").click().run()
    fine(app)
    assert told(app)["exact"] is not None
    assert SAID(f"presets.{name}.shows") in text_of(app)
    assert not app.warning


def test_a_hundred_rows_arrive_one_part_after_the_other() -> None:
    app = opened("evidence", tab="gaps")
    found = board(app)
    assert "Rows 0 to 99" in found["html"]["bars_note"]
    assert "9 of 100" in found["html"]["bars_note"]
    (panel,) = found["slots"]["bars"]
    assert panel["handles"][0]["name"] == "row"


def test_a_learned_prior_is_compared_row_by_row() -> None:
    app = opened("evidence", tab="prior", learn="true")
    note = board(app)["html"]["prior_note"]
    assert "<b>0.815</b>" in note
    assert "<b>54 of 100</b>" in note


@pytest.mark.parametrize("model", ["line", "plane", "square"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_every_model_has_something_to_say(model: str, tab: str) -> None:
    app = opened("evidence", model=model, tab=tab, q="prior")
    fine(app)
    told(app)
    wanted = {"gaps": "gaps.only_digit", "prior": "prior.only_digit"}
    if tab in wanted:
        assert SAID(wanted[tab]) in text_of(app)
    elif tab == "convergence":
        assert board(app)["slots"]["estimates"]
    else:
        is_line = model == "line"
        assert bool(app.get("plotly_chart")) is is_line
        assert (SAID("raise.only_line") in text_of(app)) is not is_line


REFUSED = {
    "a q without volume": ({"q": "mine", "s1": "0"}, "a narrower q has no volume"),
    "a q that is a line": ({"q": "mine", "rho": "1"}, "must be from -0.9999 to 0.9999"),
    "no draws": ({"k": "0"}, "`num_samples` must be at least 1, got 0"),
    "too many draws": ({"k": "1000000"}, "`num_samples` must be at most 100000, got 1000000"),
    "a row far beyond": ({"row": "10000"}, "`row` must be at most 9999, got 10000"),
    "a datum far away": ({"model": "line", "x": "1e9"}, "`x` must be at most 25"),
    "another model": ({"model": "cube"}, "one of"),
    "an encoder that is not there": (
        {"model": "line", "q": "encoder"},
        "this model has no such q",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_link_cannot_have_is_said_in_one_sentence(name: str) -> None:
    asked, said = REFUSED[name]
    app = opened("evidence", **asked)
    fine(app)
    complaints = " ".join(element.value for element in app.warning)
    assert said in complaints
    assert told(app)["exact"] is not None


def test_a_row_that_these_data_do_not_have_is_said() -> None:
    app = opened("evidence", row=9_999)
    fine(app)
    last = 999
    assert SAID("refused.row", last=last, row=9_999) in text_of(app)
    assert told(app)["exact"] is not None


def own(**changes: Any) -> str:
    """The id of a run of the VAE lesson."""
    config = VAEConfig(dataset=DatasetConfig(name="two_moons"), **changes)
    run = new_run(config, VAEControls(decoder_variance=0.05))
    return run_store().add(run, holder="somebody", browser=None, page="vae")


OWN: dict[str, dict[str, Any]] = {
    "one dimension": {"latent_dim": 1},
    "two dimensions": {},
    "a learned prior": {"prior": "learned"},
    "the optimal variance": {"variance": "optimal"},
    "variances of its own": {"variance": "heteroscedastic"},
    "a linear decoder": {"network": "linear", "hidden_features": ()},
}


@pytest.mark.parametrize("name", OWN)
def test_a_run_of_the_vae_lesson_is_opened_here(name: str) -> None:
    fields = {"hidden_features": (16,), "output": "identity"} | OWN[name]
    app = opened("evidence", of=own(**fields))
    fine(app)
    assert "The run that your link names" in text_of(app)
    found = told(app)
    assert found["exact"] is not None
    assert np.isfinite(found["exact"]["log_p"])
    total = found["rest"]["elbo"] + found["rest"]["kl"]
    assert total == pytest.approx(found["exact"]["log_p"], abs=0.1)


def test_a_run_that_has_no_evidence_is_named_in_one_sentence() -> None:
    fields = {"hidden_features": (16,), "output": "identity"}
    many = opened("evidence", of=own(latent_dim=3, **fields))
    fine(many)
    assert SAID("refused.latent", L=3) in text_of(many)
    plain = opened("evidence", of=own(mode="autoencoder", **fields))
    fine(plain)
    assert SAID("refused.autoencoder") in text_of(plain)
    for app in (many, plain):
        ready = ready_vae()
        assert ready is not None
        assert told(app)["latent_dim"] == ready.config.latent_dim
