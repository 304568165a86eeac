"""A closer look: PIMA-6's cumulative sum, the fold, and what things cost."""

import base64

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.flow.config import FlowConfig, LayerConfig
from core.flow.folding import REACH, Wave, densities, integrals, roots
from core.flow.initial import initial_parameters
from core.flow.layout import passes
from core.flow.requests import Cost, Journey, cost, journey
from dashboard.kit.badges import badge
from dashboard.kit.sessions import engine
from dashboard.lessons.flow.controls import BOUND, DEFAULTS, rungs
from dashboard.lessons.flow.cost_chart import times_chart
from dashboard.lessons.flow.desk import desk
from dashboard.lessons.flow.diagram import Way, diagram
from dashboard.lessons.flow.fold_chart import fold_density_chart, transformer_chart
from dashboard.lessons.flow.pictures import download, legend
from dashboard.lessons.flow.presets import COST, FOLD
from dashboard.lessons.vae.pictures import draw
from dashboard.theme import ROLE_COLORS, Look


def closer_look(name: str, config: FlowConfig, look: Look) -> None:
    """The section called ``name``."""
    if name == FOLD:
        fold(look)
    elif name == COST:
        costs(config, look)
    else:
        cumulative_sum(config, look)


def cumulative_sum(config: FlowConfig, look: Look) -> None:
    """PIMA-6's example in symbols, numbers and diagrams, for D up to 8."""
    numbers, pictures = st.columns([0.5, 0.5], gap="large")
    with numbers:
        dims = int(st.slider("Dimension D", 2, 8, DEFAULTS["dims"], key="dims", **BOUND))
        st.markdown(
            r"$x_i = z_i + h_i,\quad h_1 = 0,\quad h_i = \sum_{j<i} z_j \;\Rightarrow\; "
            r"x_i = \sum_{j\le i} z_j$,"
            "\n\n"
            r"$f^{-1}(x) = (x_1,\, x_2 - x_1,\, \dots,\, x_D - x_{D-1})$,"
            r"$\qquad \det J = \prod_i \partial x_i/\partial z_i = 1$."
        )
        z = _base_point(dims)
        pair = LayerConfig(transformer="additive", conditioner="cumulative_sum")
        flow = FlowConfig(data_dim=dims, layers=(pair,), conditioned_on="z")
        try:
            way = engine().request(journey, initial_parameters(flow), flow, z).result(timeout=30)
        except Exception as error:
            st.warning(f"The numbers could not be computed: {error}")
            return
        _journey_table(way)
    with pictures:
        conditioner = config.layers[0].conditioner
        on = config.conditioned_on
        words = {"made": "a masked network", "none": "nothing", "linear": "a linear map",
                 "cumulative_sum": "the cumulative sum"}  # fmt: skip
        to_sample, to_evaluate = passes(FlowConfig(data_dim=dims, conditioned_on=on))
        if conditioner == "none":
            to_sample = to_evaluate = 1
        st.markdown(
            f"**Who needs whom**, for the conditioner chosen on the left: "
            f"{words[conditioner]}, seeing {on}."
        )
        ways: tuple[tuple[Way, str, int], ...] = (
            ("forward", "z → x (sample)", to_sample), ("inverse", "x → z (density)", to_evaluate)
        )  # fmt: skip
        for way_drawn, title, count in ways:
            text = f"{title}: {count} {'pass' if count == 1 else 'passes'}"
            st.caption(text)
            drawn = diagram(dims=dims, conditioner=conditioner, on=on, way=way_drawn, look=look)
            st.html(_picture(drawn, f"Computation diagram, {text}"))


def _picture(svg: str, alt: str) -> str:
    """An SVG as an image (HTML): Streamlit would strip it from the page itself."""
    code = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{alt}" style="max-width:100%" src="data:image/svg+xml;base64,{code}">'


def _base_point(dims: int) -> tuple[float, ...]:
    """z, to be typed; the first digits of a fixed pattern at first."""
    columns = st.columns(dims, gap="small")
    first = (0.5, -1.0, 0.8, 0.3, -0.6, 1.2, -0.2, 0.7)
    return tuple(
        float(
            column.number_input(
                f"z{i + 1}",
                -10.0,
                10.0,
                first[i],
                0.1,
                key=f"z{i + 1}",
                format="%.2f",
                persist_state="session",
            )
        )
        for i, column in enumerate(columns)
    )


def _journey_table(way: Journey) -> None:
    """Numbers of one point: there, back, and the Jacobian."""
    dims = len(way.z)
    rows = [("z", way.z), ("x = f(z)", way.x), ("f⁻¹(x)", way.back)]
    head = "| |" + "".join(f" {i + 1} |" for i in range(dims)) + "\n|-|" + "-:|" * dims + "\n"
    body = "\n".join(
        f"| {name} |" + "".join(f" {value:.2f} |" for value in values) for name, values in rows
    )
    st.markdown(head + body)
    matrix = r" \\ ".join(
        " & ".join(rf"\color{{gray}}{{{v:.0f}}}" if v == 0 else f"{v:g}" for v in row)
        for row in np.round(way.whole, 6)
    )
    st.markdown(
        rf"$J = \begin{{pmatrix}} {matrix} \end{{pmatrix}}$, "
        rf"$\;\det J = {np.exp(way.log_abs_det):.6g}$, "
        rf"$\;\log p_X(x) = {way.log_prob_x:.3f} = \log p_Z(z) = {way.log_prob_z:.3f}$"
    )
    st.html(badge("exact", "J by autograd, z and x by the same code that trains"))


def fold(look: Look) -> None:
    """The non-monotone transformer: slide a and b, see several z meet in one x."""
    controls, curve, density = st.columns([0.22, 0.39, 0.39], gap="medium")
    with controls:
        a = rungs("a", "fold_a")
        b = rungs("b", "fold_b")
        level = st.slider("x that is asked for", -4.0, 4.0, 1.0, 0.05, key="fold_x")
        wave = Wave(amplitude=float(a), frequency=float(b))
        one, every = integrals(wave)
        st.markdown(
            f"ab = **{a * b:.2f}**: "
            + ("the curve **folds**, several z share one x." if wave.folds else "still monotone.")
        )
        st.markdown(
            f"∫ one-root density = **{one:.4f}**\n\n∫ sum over all roots = **{every:.4f}**"
        )
        st.html(badge("exact", "quadrature between the folds"))
    z = np.linspace(-4.5, 4.5, 901)
    found = roots(wave, np.array([level]))[0]
    with curve:
        legend(look, ("τ rising", ROLE_COLORS["model"]), ("τ falling", ROLE_COLORS["kl"]))
        chart = transformer_chart(
            z=z, x=wave.value(z), slope=wave.slope(z), level=float(level),
            roots=found[np.isfinite(found)], look=look,
        )  # fmt: skip
        draw(chart, "fold_curve")
        download(chart, "fold-transformer")
    with density:
        legend(look, ("leftmost root only", ROLE_COLORS["kl"]), exact="sum over all roots")
        x = _fold_grid(wave)
        single, total = densities(wave, x)
        chart = fold_density_chart(x=x, one=single, every=total, look=look)
        draw(chart, "fold_density")
        download(chart, "fold-density")


def _fold_grid(wave: Wave) -> NDArray[np.float64]:
    """Values of x, finer around the folds, where the density is infinite."""
    ends = wave.value(wave.critical_points())
    near = (ends[:, None] + 0.04 * np.linspace(-1, 1, 14)).ravel()
    grid: NDArray[np.float64] = np.sort(np.concatenate([np.linspace(-4.5, 4.5, 361), near]))
    return grid[np.abs(grid) <= min(4.5, REACH)]


def costs(config: FlowConfig, look: Look) -> None:
    """Measured: determinants against the dimension, and the two directions."""
    measured: Cost | None
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Measure again", key="measure", icon=":material/timer:"):
            st.session_state["flow_measured"] = st.session_state.get("flow_measured", 0) + 1
        st.html(badge("estimate", "measured in a worker of this server, one thread, best of 3"))
        st.markdown(
            f"Your flow is conditioned on **{config.conditioned_on}**: "
            + ("samples in 1 pass per layer, a density in D."
               if config.conditioned_on == "z" else "a density in 1 pass per layer, samples in D.")
        )  # fmt: skip
    measured = _measured(st.session_state.get("flow_measured", 0))
    if measured is None:
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**det J**: the product of the diagonal, or any matrix")
        chart = times_chart(
            dims=measured.dims, look=look,
            times={"diagonal product": measured.diagonal, "general determinant": measured.general},
        )  # fmt: skip
        draw(chart, "cost_determinants")
        download(chart, "determinants")
        st.caption(
            "D^p: the slope over the upper half of D. In theory p = 1 and 3; where D is small, "
            "most of the time is spent on calling, not on computing."
        )
    with right:
        st.markdown("**Passes**: one affine MADE layer, both directions")
        chart = times_chart(
            dims=measured.dims_of_passes, look=look,
            times={"on z: sample (1 pass)": measured.sample_on_z,
                   "on z: density (D passes)": measured.density_on_z,
                   "on x: sample (D passes)": measured.sample_on_x,
                   "on x: density (1 pass)": measured.density_on_x},
        )  # fmt: skip
        draw(chart, "cost_passes")
        download(chart, "passes")
        st.caption("One pass stays flat, D passes grow with D: the price of the slow direction.")


def _measured(count: int) -> Cost | None:
    found, _ = desk("cost").answer(("cost", count), cost, deadline=60.0)
    if found is None:
        pending = desk("cost").future
        if pending is None:
            return None
        with st.spinner("Measuring …"):
            pending.result(timeout=60)
        found, _ = desk("cost").answer(("cost", count), cost, deadline=60.0)
    return found if isinstance(found, Cost) else None
