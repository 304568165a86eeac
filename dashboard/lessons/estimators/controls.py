"""The controls of the estimator arena: they return frozen configurations.

Every widget is bound to the link under its key, so that a link opens the same experiment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from core.dataset import load_dataset
from core.estimators.config import MAX_SAMPLES, EstimatorsConfig, Factor, RaceConfig
from core.estimators.functions import FUNCTIONS, MAX_DIM
from core.estimators.lineup import LINEUP
from core.vae.ready import ready_vae
from dashboard.components.image_rows import image_rows
from dashboard.kit.ladder import ladder
from dashboard.kit.links import named_option
from dashboard.lessons.vae.controls import BOUND

TENTHS = tuple(round(0.1 * i, 1) for i in range(-50, 51))
SCALES = ladder(0.05, 10)
CORRELATIONS = tuple(round(0.1 * i, 1) for i in range(-9, 10))
DIMENSIONS = tuple(range(1, MAX_DIM + 1))
SAMPLES = (1, 2, 4, 10, 20, 40, 100, 200, 400, MAX_SAMPLES)
TOTALS = tuple(int(rung) for rung in ladder(2_000, 1_000_000))
RATES = ladder(0.0001, 2)
ELBO_RATE = 0.0005
"""The ELBO of an image is steep: 784 pixels pull at two latent coordinates."""

ELBO_TOTAL = 2_000
"""A decoded image costs as much as some hundred draws of z²."""

OPENING_ESTIMATORS = (
    "pathwise",
    "naive",
    "score_function",
    "optimal_baseline",
    "leave_one_out",
)

DEFAULTS: dict[str, Any] = {
    "f": "quadratic",
    "k": 0.0,
    "mu": 1.0,
    "sigma": 1.0,
    "n": 10,
    "wrt": "mean",
    "d": 1,
    "cov": "diagonal",
    "rho": 0.5,
    "comp": 1,
    "total": 20_000,
    "base": "E f",
    "b": 1.0,
    "digit": 0,
    "rate": 0.05,
    "draw_seed": 0,
}
"""Widget keys, as they stand in a link, and what they mean when absent."""

OPTIONS: dict[str, Sequence[Any]] = {
    "f": tuple(FUNCTIONS),
    "k": TENTHS,
    "mu": TENTHS,
    "sigma": SCALES,
    "n": SAMPLES,
    "wrt": ("mean", "factor"),
    "d": DIMENSIONS,
    "cov": get_args(Factor),
    "rho": CORRELATIONS,
    "comp": range(1, MAX_DIM + 1),
    "total": TOTALS,
    "base": ("E f", "b"),
    "b": TENTHS,
    "digit": range(10_000),
    "rate": RATES,
    "draw_seed": range(2**31),
}
"""What every widget offers, by its key."""

LABELS: dict[str, str] = {
    **{name: function.title for name, function in FUNCTIONS.items()},
    "mean": "mean μ",
    "factor": "scale σ",
    "diagonal": "diagonal",
    "full": "full, correlated",
    "E f": "the mean E f",
    "b": "a number b",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the visitor asks for.

    Attributes:
        arena: the problem and who competes.
        component: which coordinate's parameter is shown, from 0.
        race: the same as a race; ``None`` where f is unbounded below.
    """

    arena: EstimatorsConfig
    component: int
    race: RaceConfig | None

    @property
    def index(self) -> int:
        """Where the shown component stands in a gradient."""
        return self.arena.component_index(self.component)


def label(key: str, value: Any) -> str:
    """How the widget called ``key`` shows ``value``; a link carries the same words."""
    if isinstance(value, str):
        return LABELS.get(value, value)
    return str(value) if isinstance(value, int) else f"{value:g}"


def title(name: str) -> str:
    """An estimator as the page calls it."""
    return LINEUP[name].title


def read_estimators() -> None:
    """Bring the estimators of a new session's link into the form that their widget reads."""
    if "arena_est_read" not in st.session_state:
        raw = [part for text in st.query_params.get_all("est") for part in text.split(";")]
        named = {part: named_option(part, tuple(LINEUP), title) for part in raw}
        known = [title(name) for name in named.values() if name is not None]
        st.session_state["arena_est_read"] = [p[:40] for p, name in named.items() if name is None]
        if raw and raw != known:
            if known:
                st.query_params["est"] = known
            else:
                del st.query_params["est"]
            st.rerun()  # widgets read the link as it was when the script run began
    for part in st.session_state["arena_est_read"]:
        names = ", ".join(LINEUP)
        st.warning(
            f"The link asks for `est` = {part}, but it must be among {names}.",
            icon=":material/link_off:",
        )


LIVE = ("arena_words", "arena_race_due", "arena")
"""The fragments that show at once what is chosen; the race follows when they are drawn."""


def redraw() -> None:
    """A callback of what leaves all controls as they are: only what shows it is drawn again."""
    st.rerun(LIVE)


def _rungs(text: str, key: str, **more: Any) -> Any:
    return st.select_slider(
        text,
        OPTIONS[key],
        DEFAULTS[key],
        format_func=lambda v: label(key, v),
        key=key,
        **BOUND,
        **more,
    )


def _number(text: str, key: str, most: int, **more: Any) -> int:
    least = int(OPTIONS[key][0])
    return int(st.number_input(text, least, most, DEFAULTS[key], key=key, **BOUND, **more))


def _use_usual_parameter() -> None:
    """A callback: another f opens with a k and a learning rate that show something."""
    function = FUNCTIONS[st.session_state["f"]]
    st.session_state["k"] = function.usual
    if function.is_elbo:
        st.session_state["sigma"] = DEFAULTS["sigma"]
    st.session_state["rate"] = ELBO_RATE if function.is_elbo else DEFAULTS["rate"]
    st.session_state["total"] = ELBO_TOTAL if function.is_elbo else DEFAULTS["total"]


def arena_controls() -> None:
    """Everything on the left; what is chosen is in the session state, see ``current_choice``.

    A function that brings its own q_φ (the ELBO) leaves one control of it: how wide.
    """
    function = st.selectbox(
        "Function f(z)",
        OPTIONS["f"],
        index=1,
        format_func=lambda v: label("f", v),
        key="f",
        on_change=_use_usual_parameter,
        **BOUND,
    )
    is_elbo = FUNCTIONS[function].is_elbo
    if is_elbo:
        row = _number("Held-out digit, number", "digit", _last_digit())
        _show_digit(row)
        st.caption("q_φ is what the encoder of the VAE lesson says of this digit: L = 2.")
    _rungs("Its parameter k", "k", disabled=is_elbo, on_change=redraw)
    _rungs("Mean μ", "mu", disabled=is_elbo, on_change=redraw)
    spread = "The encoder's σ, times" if is_elbo else "Standard deviation σ"
    _rungs(spread, "sigma", on_change=redraw)
    _rungs("Draws per estimate n", "n", on_change=redraw)
    st.segmented_control(
        "Gradient with respect to",
        OPTIONS["wrt"],
        default="mean",
        required=True,
        key="wrt",
        format_func=lambda v: label("wrt", v),
        on_change=redraw,
        help="The scale is the factor Σ; where f is the ELBO, it is log σ².",
        **BOUND,
    )
    st.pills(
        "Estimators",
        tuple(LINEUP),
        selection_mode="multi",
        default=OPENING_ESTIMATORS,
        format_func=title,
        key="est",
        on_change=redraw,
        **BOUND,
    )
    _advanced(is_elbo)


def current_choice() -> tuple[Choice, list[str]]:
    """What the controls say, and a sentence for each value that had to be mended."""
    state = {key: st.session_state.get(key, default) for key, default in DEFAULTS.items()}
    function = FUNCTIONS[state["f"]]
    arena, sentences = _reconciled(
        {
            "function": state["f"],
            "row": state["digit"] if function.is_elbo else 0,
            "k": state["k"],
            "mu": state["mu"],
            "sigma": state["sigma"],
            "num_samples": state["n"],
            "block": state["wrt"],
            "estimators": tuple(st.session_state.get("est", OPENING_ESTIMATORS)) or ("pathwise",),
            "dim": state["d"],
            "factor": state["cov"],
            "correlation": state["rho"],
            "baseline": None if state["base"] == "E f" else state["b"],
            "total_draws": state["total"],
            "seed": state["draw_seed"],
        }
    )
    race = (
        RaceConfig(
            start=arena, learning_rate=state["rate"], train_steps=60 if function.is_elbo else 100
        )
        if function.is_bounded_below
        else None
    )
    return Choice(arena=arena, component=min(state["comp"], arena.size) - 1, race=race), sentences


def _last_digit() -> int:
    run = ready_vae()
    return 0 if run is None else len(load_dataset(run.config.dataset).x_test) - 1


def _show_digit(row: int) -> None:
    run = ready_vae()
    if run is not None:
        data = load_dataset(run.config.dataset)
        assert data.image_shape is not None
        image = data.x_test[row].reshape(1, *data.image_shape)
        name = data.classes[data.y_test[row]]
        image_rows(key="digit_picture", rows=[("x", image)], alt=f"The held-out digit {name}")


def _advanced(is_elbo: bool) -> None:
    """Dimensions, baseline, draws in all, race: folded away."""
    with st.expander("Dimension, baseline, race (advanced)"):
        dim = int(_rungs("Dimensions d", "d", disabled=is_elbo))
        factor = st.segmented_control(
            "Factor Σ",
            OPTIONS["cov"],
            default="diagonal",
            required=True,
            key="cov",
            format_func=lambda v: label("cov", v),
            disabled=is_elbo,
            **BOUND,
        )
        is_free = is_elbo or factor == "diagonal"
        _rungs("Correlation ρ", "rho", disabled=is_free, on_change=redraw)
        most = 2 if is_elbo else dim
        if st.session_state.get("comp", 1) > most:
            st.session_state["comp"] = most
        _number("Component shown, j", "comp", most, disabled=most == 1, on_change=redraw)
        base = st.segmented_control(
            "Constant baseline",
            OPTIONS["base"],
            default="E f",
            required=True,
            key="base",
            format_func=lambda v: label("base", v),
            **BOUND,
        )
        _rungs("b", "b", disabled=base == "E f", on_change=redraw)
        _rungs(
            "Draws in all", "total", help="Shared out into estimates of n draws.", on_change=redraw
        )
        _rungs("Learning rate of the race", "rate", on_change=redraw)
        _number("Seed", "draw_seed", 2**31 - 1, on_change=redraw)


def _reconciled(fields: dict[str, Any]) -> tuple[EstimatorsConfig, list[str]]:
    """The configuration; what is out of bounds is named and put at its bound."""
    try:
        return EstimatorsConfig(**fields), []
    except ValueError as error:
        function = FUNCTIONS[fields["function"]]
        least_total = next(t for t in TOTALS if t >= 20 * fields["num_samples"])
        mended = fields | {
            "k": max(fields["k"], function.least),
            "total_draws": max(fields["total_draws"], least_total),
        }
        arena = EstimatorsConfig(**mended)
        changed = [f"{key} = {value:,g}" for key, value in mended.items() if value != fields[key]]
        return arena, [f"{error}. Shown is {', '.join(changed)}."]
