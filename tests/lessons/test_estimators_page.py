"""The estimators page without a browser: what links open, and what it says of what it cannot."""

import pytest
from streamlit.testing.v1 import AppTest
from support import drawn_until, fine, opened

from core.estimators.functions import FUNCTIONS
from core.estimators.lineup import LINEUP
from dashboard.components.payload import unpack
from dashboard.kit.words import words
from dashboard.lessons.estimators.lesson import LESSON, PRESETS

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(LESSON.package)
TABLE = 'class="results"'


def components(app: AppTest, name: str) -> list:
    """The protos of the components of our own that are called so."""
    found = [element.proto for element in app.get("bidi_component")]
    return [proto for proto in found if proto.component_name.endswith(name)]


def board(app: AppTest) -> dict:
    """What the board was sent, as soon as all is there; a browser would have asked again."""
    if components(app, "ask_on"):
        drawn_until(app, lambda: not components(app, "ask_on"), "all answers")
    return unpack(components(app, "board")[0].bytes)[0]


def html(app: AppTest, place: str) -> str:
    """What stands at one place of the board."""
    return board(app)["html"].get(place, "")


def pictures(app: AppTest) -> dict[str, list[str]]:
    """Names of the board's pictures, by slot."""
    slots = board(app)["slots"].items()
    return {slot: [panel["name"] for panel in found] for slot, found in slots}


def test_the_page_opens_on_the_story_the_table_and_a_race() -> None:
    app = opened("estimators")
    sentence = html(app, "verdict")
    assert "The exact gradient is <b>2</b>" in sentence
    assert "all bias" in sentence
    assert "wins" in sentence
    assert TABLE in html(app, "table")
    submissions = html(app, "submissions")
    assert "does not require grad" in submissions
    for written in ("boopy", "naot"):
        assert f'<span class="keyword">def</span> {written}(f' in submissions
    assert pictures(app) == {
        "story": ["function", "arrows"],
        "strips": ["strips"],
        "sweeps": ["num_samples", "sigma", "dim", "k"],
    }
    assert components(app, "race_track")


@pytest.mark.parametrize("name", PRESETS)
def test_every_experiment_is_one_click(name: str) -> None:
    app = opened("estimators")
    app.button(key=f"preset_{name}").click().run()
    fine(app)
    assert TABLE in html(app, "table")
    text = " ".join(element.value for element in app.markdown)
    assert SAID(f"presets.{name}.shows") in text
    assert not app.warning
    assert not app.info


VARIANTS = {
    "wrt the factor": {"wrt": "factor"},
    "a full factor": {"d": 3, "cov": "full", "wrt": "factor", "comp": 2},
    "fifty dimensions": {"d": 50},
    "one draw": {"n": 1},
    "nobody but Naot": {"est": "naive"},
    "everybody": {"est": ",".join(LINEUP)},
    "a number as baseline": {"base": "number", "b": -3.0, "est": "constant_baseline"},
    "far away and narrow": {"mu": 5.0, "sigma": 0.05, "k": -5.0},
    "wide": {"mu": -5.0, "sigma": 10.0, "f": "cos", "k": 5.0},
    "numbers of no ladder": {"n": 7, "k": 0.37, "mu": 12.5, "sigma": 33, "total": 777},
    "projector": {"projector": "true"},
}


@pytest.mark.parametrize("link", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_page_opens_in_every_mode(link: dict[str, object]) -> None:
    app = opened("estimators", **link)
    assert TABLE in html(app, "table")
    assert not app.warning


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_page_opens_on_every_function(name: str) -> None:
    app = opened("estimators", f=name, k=FUNCTIONS[name].usual, total=2_000)
    assert TABLE in html(app, "table")
    unbounded = any("unbounded below" in box.value for box in app.info)
    assert unbounded is not FUNCTIONS[name].is_bounded_below


NOBODY = {
    "alone with one draw": ({"n": 1, "est": "leave_one_out"}, 4, False),
    "a pair from one draw": ({"n": 1, "est": "antithetic"}, 4, False),
    "a full factor": ({"est": "measure_valued", "cov": "full", "d": 3}, 4, True),
    "nobody chosen": ({"est": ""}, 0, False),
    "nobody for the ELBO": ({"est": "", "f": "elbo", "total": 2_000}, 0, False),
}


@pytest.mark.parametrize(("link", "sweeps", "races"), NOBODY.values(), ids=NOBODY.keys())
def test_nobody_who_can_compete_is_a_sentence(
    link: dict[str, object], sweeps: int, *, races: bool
) -> None:
    app = opened("estimators", **link)
    assert html(app, "verdict") == SAID("absent.no_estimates")
    assert html(app, "table") == ""
    assert len(pictures(app)["sweeps"]) == sweeps
    assert pictures(app)["strips"] == []
    sentences = [box.value for box in app.info]
    assert SAID("absent.nobody") in sentences
    assert (SAID("race.nobody") in sentences) is not races
    assert bool(components(app, "race_track")) is races  # a race's factor is diagonal


def test_the_last_estimator_leaves_and_one_comes_back() -> None:
    app = opened("estimators", est="naive")
    app.pills(key="est").set_value([]).run()
    fine(app)  # only what shows it was drawn
    app.run()
    assert html(app, "verdict") == SAID("absent.no_estimates")
    app.pills(key="est").set_value(["pathwise"]).run()
    fine(app)
    assert "Boopy (pathwise) wins" in html(app, "verdict")


def test_those_who_cannot_take_part_are_named_on_the_page() -> None:
    app = opened("estimators", n=1)
    assert any("leave-one-out** needs n of at least 2" in box.value for box in app.info)


def test_another_function_opens_with_what_shows_something() -> None:
    app = opened("estimators", k=3.0, total=50_000)
    app.selectbox(key="f").set_value("cos").run()
    fine(app)
    assert app.session_state["k"] == FUNCTIONS["cos"].usual != 0
    assert app.session_state["total"] == 20_000
    app.selectbox(key="f").set_value("elbo").run()
    fine(app)
    assert app.session_state["rate"] == 0.0005
    assert app.query_params["f"] == "elbo"
    assert app.number_input(key="digit").value == 0


def test_a_moved_control_that_needs_another_one_to_give_way_says_so() -> None:
    app = opened("estimators", total=2_000)
    app.select_slider(key="n").set_value(1000).run()
    fine(app)
    assert app.session_state["total"] == 20_000
    assert "`total` = `2000`" in app.warning[0].value
    assert TABLE in html(app, "table")


MENDED = {
    "k": ({"f": "exp", "k": -2.0}, "`k` = `-2.0`: this f needs more. Shown is `k` = `0.0`."),
    "total": ({"n": 1000, "total": 2_000}, "Shown is `total` = `20000`."),
    "comp": (
        {"comp": 40, "d": 2},
        "`comp` = `40`: f has fewer coordinates. Shown is `comp` = `2`",
    ),
    "digit": (
        {"f": "elbo", "digit": 5000, "total": 2_000},
        "`digit` = `5000`: there are not as many held-out digits. Shown is `digit` = `999`.",
    ),
}


@pytest.mark.parametrize(("link", "sentence"), MENDED.values(), ids=MENDED.keys())
def test_values_that_do_not_go_together_are_named_and_mended(
    link: dict[str, object], sentence: str
) -> None:
    app = opened("estimators", **link)
    assert len(app.warning) == 1
    assert sentence in app.warning[0].value
    assert TABLE in html(app, "table")


def test_what_is_mended_takes_nothing_from_what_else_is_wrong_in_a_link() -> None:
    link = {"f": "elbo", "digit": 5000, "comp": 40, "d": 2, "n": 0, "wat": 1, "projector": "maybe"}
    text = " ".join(one.value for one in opened("estimators", **link).warning)
    for key in ("digit", "comp", "n", "wat", "projector"):
        assert f"`{key}`" in text


def test_links_of_every_version_say_the_same() -> None:
    keys = opened("estimators", f="cos", est="naive,score_function", wrt="factor", base="number")
    old = opened(
        "estimators",
        f="cosine  cos(k z)",
        est="Naot (as written);score function",
        wrt="scale σ",
        base="b",
    )
    assert not old.warning
    assert not keys.warning
    meant = {"f": "cos", "est": ["naive", "score_function"], "wrt": "factor", "base": "number"}
    for app in (keys, old):
        assert {key: app.session_state[key] for key in meant} == meant
    assert old.query_params == keys.query_params
    many = AppTest.from_file(old._script_path, default_timeout=60)
    many.run()
    many.query_params["est"] = ["Boopy (pathwise)", "Naot (as written)"]
    many.switch_page("../pages/estimators.py").run()
    fine(many)
    assert many.session_state["est"] == ["pathwise", "naive"]


def test_a_link_that_asks_too_much_is_told_so_and_opens_all_the_same() -> None:
    app = opened("estimators", sigma="-1", k="nan", d="51", n="2.5", est="boopy", mu="0.5")
    sentences = " ".join(warning.value for warning in app.warning)
    for complaint in (
        "`sigma` = `-1`: `sigma` must be greater than 0",
        "`k` = `nan`, but it must be a number",
        "`d` = `51`: `d` must be from 1 to 50",
        "`n` = `2.5`, but it must be a whole number",
        "`est` = `boopy`",
    ):
        assert complaint in sentences
    assert app.session_state["mu"] == 0.5
    assert TABLE in html(app, "table")
