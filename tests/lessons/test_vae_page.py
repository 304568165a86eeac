"""The VAE page in every mode, as links open it, without a browser."""

import math
import re

import pytest
from streamlit.testing.v1 import AppTest
from support import fine, opened

from core.dataset import DATASETS, DatasetConfig, load_dataset
from core.run import Budget, TrainingDiverged
from core.training import advance, new_run
from core.vae.config import VAEConfig, VAEControls
from core.vae.ready import ready_vae
from core.vae.spectra import spectrum_of
from core.vae.theory import linear_optimum
from dashboard.kit.heard import HEARD
from dashboard.kit.sessions import run_store
from dashboard.kit.words import number, words
from dashboard.lessons.vae.fitting import fitting
from dashboard.lessons.vae.lesson import LESSON, PACKAGE, PANELS, PRESETS

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(PACKAGE)
BADGE = re.compile(r'class="badge"[^>]*><b>(.*?)</b>')


def sentences(app: AppTest) -> str:
    """All that the page warns of."""
    return " ".join(warning.value for warning in app.warning)


def linked(app: AppTest, key: str) -> str:
    """What the link of the page says now; empty where it says nothing."""
    said = app.query_params.get(key, "")
    return said if isinstance(said, str) else said[0]


def html(app: AppTest) -> str:
    """All HTML of the page."""
    return " ".join(part.proto.body for part in app.get("html"))


def test_the_vae_page_opens_on_a_trained_state() -> None:
    app = opened("vae")
    ready = ready_vae()
    assert ready is not None
    assert f"step <b>{ready.step:,}</b>" in html(app)
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


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("link", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_vae_page_opens_in_every_mode(link: dict[str, object], panel: str) -> None:
    app = opened("vae", data="digits", panel=panel, **link)
    assert not app.warning
    config, _ = LESSON.configured(LESSON.defaults | {"data": "digits", **link}, LESSON.training[0])
    view = run_store().view(app.session_state["vae_run"])
    assert view is not None
    assert view.run.config == config


@pytest.mark.parametrize("name", DATASETS)
def test_the_vae_page_opens_on_every_dataset(name: str) -> None:
    app = opened("vae", data=name)
    assert app.selectbox(key="data").value == name
    assert any(SAID(f"data.{name}.about") == caption.value for caption in app.caption)


def test_a_changed_model_waits_for_reset_and_reset_applies_it() -> None:
    app = opened("vae")
    app.selectbox(key="data").set_value("two_moons").run()
    waiting = "MNIST digits → Two moons"
    assert any("Waiting for" in box.value and waiting in box.value for box in app.info)
    app.button(key="reset").click().run()
    assert not app.info
    assert not app.exception


@pytest.mark.parametrize(("behind", "kept"), [(1, "digits"), (0, "mnist")])
def test_what_a_browser_still_sends_of_before_an_experiment_is_no_choice(
    behind: int, kept: str
) -> None:
    app = opened("vae")
    app.button(key="preset_diverge").click().run()
    known = int(app.text_input(key=HEARD).value)
    app.text_input(key=HEARD).set_value(str(known - behind))
    app.selectbox(key="data").set_value("mnist").run()
    fine(app)
    assert (
        app.selectbox(key="data").value == app.session_state["vae_state"].choices["data"] == kept
    )
    assert any("Waiting for" in box.value for box in app.info) is (kept == "mnist")
    assert app.text_input(key=HEARD).value == str(known)


def test_an_unknown_run_in_the_link_starts_the_experiment_anew() -> None:
    app = opened("vae", run="no such run")
    assert app.toast
    assert linked(app, "run") not in ("", "no such run")


def reached(name: str) -> tuple[dict[str, float], VAEConfig, VAEControls]:
    """The last record of an experiment, trained as far as its button trains it."""
    app = opened("vae")
    app.button(key=f"preset_{name}").click().run()
    view = run_store().view(app.session_state["vae_run"])
    assert view is not None
    config, controls = view.run.config, view.run.controls
    run = advance(new_run(config, controls), controls, Budget(steps=PRESETS[name].train_steps))
    return run.history.latest(), config, controls


def test_the_linear_experiment_lands_on_its_dashed_line() -> None:
    latest, config, controls = reached("ppca")
    exact = linear_optimum(
        spectrum_of(config.dataset),
        2,
        controls.kl_weight,
        controls.decoder_variance,
        held_out=True,
    )
    assert latest["elbo/held_out"] == pytest.approx(float(exact.elbo), abs=0.1)


def test_the_threshold_experiment_keeps_as_many_units_as_the_theory() -> None:
    latest, config, controls = reached("threshold")
    eigenvalues = spectrum_of(config.dataset).eigenvalues
    assert latest["active_units"] == (eigenvalues > controls.effective_weight).sum() == 3


def test_the_divergence_experiment_diverges() -> None:
    with pytest.raises(TrainingDiverged):
        reached("diverge")


def test_the_collapse_experiment_collapses() -> None:
    latest, _, _ = reached("collapse")
    assert latest["active_units"] == 0
    largest = spectrum_of(DatasetConfig()).eigenvalues[0]
    assert PRESETS["collapse"].choices["beta"] * VAEControls().decoder_variance > largest
    assert largest == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize("name", ["threshold", "wide"])
def test_an_experiment_about_dimensions_opens_on_the_kl_of_each(name: str) -> None:
    app = opened("vae", panel="rate")
    app.button(key=f"preset_{name}").click().run()
    fine(app)
    assert app.session_state["panel"] == linked(app, "panel") == "units"


def test_without_sampling_and_kl_reconstructions_stay_about_as_good() -> None:
    latest, _, _ = reached("holes")
    ready = ready_vae()
    assert ready is not None
    usual = ready.history.latest()["squared_error/held_out"]
    assert latest["squared_error/held_out"] == pytest.approx(usual, rel=0.05)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("data", "two_moons", "two_moons"),
        ("data", "Two moons", "two_moons"),
        ("net", "linear", "linear"),
        ("var", "optimal (σ-VAE)", "optimal"),
        ("panel", "Rate–distortion", "rate"),
        ("beta", "5.0", 5.0),
        ("s2", "1e-2", 0.01),
        ("seed", "2147483647", 2147483647),
        ("latent", "7", 7),
    ],
)
def test_a_link_names_a_choice_by_key_or_label_or_number(
    key: str, text: str, value: object
) -> None:
    app = opened("vae", **{key: text})
    assert app.session_state[key] == value
    assert not app.warning


@pytest.mark.parametrize(
    ("key", "value"),
    [("beta", 4.0), ("s2", 0.07), ("m", 3), ("batch", 100), ("lr", 0.003), ("width", 100)],
)
def test_a_number_beside_the_ladder_can_be_linked_and_typed(key: str, value: float) -> None:
    by_link = opened("vae", data="digits", **{key: value})
    assert not by_link.warning
    assert by_link.select_slider(key=key).value == value
    assert by_link.number_input(key=f"{key}_typed").value == value
    typed = opened("vae", data="digits")
    typed.number_input(key=f"{key}_typed").set_value(value).run()
    fine(typed)
    assert typed.select_slider(key=key).value == value
    assert linked(typed, key) == number(value)


def test_a_number_that_the_configuration_refuses_is_named_and_put_back() -> None:
    app = opened("vae", data="digits")
    app.number_input(key="beta_typed").set_value(-1.0).run()
    assert "`beta` = `-1.0`: `kl_weight` must be at least 0" in sentences(app)
    assert app.number_input(key="beta_typed").value == app.session_state["beta"] == 1.0


def test_a_link_that_asks_too_much_is_told_so_and_opens_all_the_same() -> None:
    app = opened("vae", beta="-7", latent="999", data="nonsense", s2="0.1", seed="1.5", grid="9")
    told = sentences(app)
    assert "`latent` = `999`: `latent_dim` must be at most 32" in told
    assert "`beta` = `-7`: `kl_weight` must be at least 0" in told
    assert "`data` = `nonsense`, but it must be one of" in told
    assert "`seed` = `1.5`, but it must be a whole number" in told
    assert "`grid` = `9`, but it must be one of" in told
    assert app.session_state["s2"] == 0.1
    assert app.session_state["data"] == "mnist"


MISFITS = {
    "a class of other data": ({"data": "two_moons", "class": "7"}, {"class": "all"}),
    "no class": ({"class": "nonsense"}, {"class": "all"}),
    "a plane to choose in two dimensions": ({"dim_x": "1"}, {"dim_x": "active"}),
    "across beyond L": ({"latent": "5", "dim_x": "7"}, {"dim_x": "active"}),
    "up beyond L": ({"latent": "5", "dim_x": "4", "dim_y": "9"}, {"dim_y": "2"}),
    "one dimension twice": ({"latent": "5", "dim_x": "4", "dim_y": "4"}, {"dim_y": "1"}),
}


@pytest.mark.parametrize(("link", "used"), MISFITS.values(), ids=MISFITS.keys())
def test_what_does_not_fit_data_or_model_is_named(
    link: dict[str, str], used: dict[str, str]
) -> None:
    app = opened("vae", **link)
    for key, value in used.items():
        assert f"`{key}` = `{link[key]}`:" in sentences(app)
        assert f"Shown is `{key}` = `{value}`" in sentences(app)
        assert linked(app, key) in ("", value)
    assert len(app.warning) == len(used)


def test_what_a_link_did_not_ask_for_is_mended_without_a_word() -> None:
    app = opened("vae", latent="5", dim_x="2")
    assert not app.warning
    assert app.session_state["dim_y"] == "1"


def test_choices_that_fit_are_left_alone() -> None:
    choices = LESSON.defaults | {"data": "rings", "latent": 3, "dim_x": "3", "class": "ring 2"}
    assert fitting(choices) == (choices, ())


def test_an_elbo_above_0_is_explained_beside_it_and_given_in_bits() -> None:
    ready = ready_vae()
    assert ready is not None
    dims = load_dataset(ready.config.dataset).data_dim
    elbo = ready.history.latest()["elbo/held_out"]
    constant = -0.5 * dims * math.log(2 * math.pi * ready.controls.decoder_variance)
    assert elbo > 0
    app = opened("vae")
    assert f"ELBO <b>{elbo:.2f}" in html(app)
    assert f"{constant:+.0f} nats here" in html(app)
    assert f"<b>−{elbo / (dims * math.log(2)):.2f}</b> bits per dimension" in html(app)


def test_the_bound_of_a_run_goes_with_the_run() -> None:
    app = opened("vae", data="digits", panel="bound")
    app.button(key="bound").click().run()
    assert any("At step" in caption.value for caption in app.caption)
    app.button(key="reset").click().run()
    assert not any("At step" in caption.value for caption in app.caption)


def test_a_model_that_has_not_learned_is_nowhere_called_trained() -> None:
    def kinds(app: AppTest) -> set[str]:
        fine(app)
        drawn = [found for one in app.get("html") for found in BADGE.findall(one.proto.body)]
        return {kind for kind in drawn if "trained" in kind}

    app = opened("vae")
    assert kinds(app) == {"trained model"}
    assert kinds(app.button(key="reset").click().run()) == {"untrained model"}
