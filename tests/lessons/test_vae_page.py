"""Every page opens, in every mode, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.dataset import DATASETS
from core.run import Budget, TrainingDiverged
from core.training import advance, new_run
from core.vae.config import VAEConfig, VAEControls
from core.vae.theory import linear_optimum
from dashboard.kit.sessions import engine, run_store
from dashboard.lessons.vae.presets import PRESETS
from dashboard.lessons.vae.reference import spectrum
from dashboard.navigation import LESSONS


@pytest.fixture(scope="module", autouse=True)
def _stop_workers() -> Iterator[None]:
    yield
    run_store().close()
    engine().shutdown()
    st.cache_resource.clear()


APP = Path(__file__).resolve().parents[2] / "dashboard/app.py"


def opened(page: str, **widgets: object) -> AppTest:
    """A page, drawn once with these widgets set."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in widgets.items():
        app.session_state[key] = value
    app.run()
    app.switch_page(f"../pages/{page}").run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def test_the_home_page_leads_to_every_lesson() -> None:
    app = opened("home.py")
    assert "Latent Flow Lab" in app.title[0].value
    assert len(app.get("page_link")) == len(LESSONS)


def test_the_vae_page_opens_on_a_trained_state() -> None:
    app = opened("vae.py")
    assert any("5,120" in html.proto.body for html in app.get("html"))
    assert len(app.get("echarts_chart")) == 1
    assert app.get("bidi_component")


VARIANTS = {
    "linear": {"net": "linear"},
    "autoencoder": {"mode": "autoencoder"},
    "optimal variance": {"var": "optimal"},
    "learned variance and prior": {"var": "learned", "prior": "learned"},
    "heteroscedastic": {"var": "heteroscedastic"},
    "one latent dimension": {"latent": 1},
    "many latent dimensions": {"latent": 32},
    "no hidden layer": {"layers": 0},
    "SGD and a schedule": {"opt": "sgd", "sched": "cyclical", "fb": 0.1, "m": 4},
}


@pytest.mark.parametrize("panel", ["Curves", "Rate–distortion", "KL per dimension", "Bound"])
@pytest.mark.parametrize("widgets", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_vae_page_opens_in_every_mode(widgets: dict[str, object], panel: str) -> None:
    opened("vae.py", data="digits", panel=panel, **widgets)


@pytest.mark.parametrize("name", DATASETS)
def test_the_vae_page_opens_on_every_dataset(name: str) -> None:
    opened("vae.py", data=name)


@pytest.mark.parametrize("name", PRESETS)
def test_every_experiment_starts_with_one_click(name: str) -> None:
    app = opened("vae.py")
    app.button(key=f"preset_{name}").click().run()
    assert not app.exception, app.exception[0].stack_trace
    for key, value in PRESETS[name].choices.items():
        assert app.session_state[key] == value
    assert any(PRESETS[name].shows in text.value for text in app.markdown)


def test_a_changed_model_waits_for_reset_and_reset_applies_it() -> None:
    app = opened("vae.py")
    app.selectbox(key="data").set_value("two_moons").run()
    waiting = "MNIST digits → Two moons"
    assert any("Waiting for" in box.value and waiting in box.value for box in app.info)
    app.button(key="reset").click().run()
    assert not app.info
    assert not app.exception


def test_an_unknown_run_in_the_link_starts_the_experiment_anew() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    app.query_params["run"] = "no such run"
    app.switch_page("../pages/vae.py").run()
    assert not app.exception
    assert app.query_params["run"] != ["no such run"]


def reached(name: str) -> tuple[dict[str, float], VAEConfig, VAEControls]:
    """The last record of an experiment, trained as far as its button trains it."""
    app = opened("vae.py")
    app.button(key=f"preset_{name}").click().run()
    view = run_store().view(app.session_state["vae_run"])
    assert view is not None
    config, controls = view.run.config, view.run.controls
    run = advance(new_run(config, controls), controls, Budget(steps=PRESETS[name].train_steps))
    return run.history.latest(), config, controls


def test_the_linear_experiment_lands_on_its_dashed_line() -> None:
    latest, config, controls = reached("ppca")
    exact = linear_optimum(
        spectrum(config.dataset), 2, controls.kl_weight, controls.decoder_variance, held_out=True
    )
    assert latest["elbo/held_out"] == pytest.approx(float(exact.elbo), abs=0.1)


def test_the_threshold_experiment_keeps_as_many_units_as_the_theory() -> None:
    latest, config, controls = reached("threshold")
    eigenvalues = spectrum(config.dataset).eigenvalues
    assert latest["active_units"] == (eigenvalues > controls.effective_weight).sum() == 3


def test_the_divergence_experiment_diverges() -> None:
    with pytest.raises(TrainingDiverged):
        reached("diverge")


def test_the_collapse_experiment_collapses() -> None:
    latest, _, _ = reached("collapse")
    assert latest["active_units"] == 0


def opened_by_link(**query: str) -> AppTest:
    """The VAE page as a link opens it."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page("../pages/vae.py").run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("data", "two_moons", "two_moons"),
        ("data", "Two moons", "two_moons"),
        ("net", "linear", "linear"),
        ("var", "optimal (σ-VAE)", "optimal"),
        ("beta", "5.0", 5.0),
        ("s2", "1e-2", 0.01),
        ("seed", "2147483647", 2147483647),
        ("latent", "7", 7),
    ],
)
def test_a_link_names_a_choice_by_key_or_label_or_number(
    key: str, raw: str, value: object
) -> None:
    app = opened_by_link(**{key: raw})
    assert app.session_state[key] == value
    assert not app.warning


def test_a_link_that_asks_too_much_is_told_so_and_opens_all_the_same() -> None:
    app = opened_by_link(beta="7", latent="999", data="nonsense", s2="0.1", seed="-3")
    sentences = [warning.value for warning in app.warning]
    assert "The link asks for `latent` = 999, but it must be from 1 to 32." in sentences
    assert any(s.startswith("The link asks for `data` = nonsense, but it must") for s in sentences)
    assert any("`beta` = 7" in s for s in sentences)
    assert any("`seed` = -3" in s for s in sentences)
    assert app.session_state["s2"] == 0.1
    assert app.session_state["data"] == "mnist"


def test_the_bound_of_a_run_goes_with_the_run() -> None:
    app = opened("vae.py", data="digits", panel="Bound")
    app.button(key="bound").click().run()
    assert any("At step" in caption.value for caption in app.caption)
    app.button(key="reset").click().run()
    assert not any("At step" in caption.value for caption in app.caption)
