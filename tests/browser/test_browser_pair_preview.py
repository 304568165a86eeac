"""What the browser computes of two densities while a peak is dragged is what the core says."""

from typing import Any

import numpy as np
import pytest
from support import Server

from core.divergences.line import line_of
from core.divergences.losses import LOSSES, LossKey
from core.divergences.pair import PAIRS
from core.training import new_run
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.words import words
from dashboard.lessons.divergences import lanes, one_x, ways
from dashboard.lessons.divergences.choice import critic, pair_of
from dashboard.lessons.divergences.lesson import LESSON
from dashboard.lessons.divergences.pair_moves import taken
from dashboard.lessons.divergences.pair_preview import preview_of
from dashboard.lessons.divergences.shown import Shown, ends_of, shown_of

pytestmark = pytest.mark.browser

FOLDER = "app/static/pair_preview"
CALL = """async ([file, name, args]) => {
    const module = await import(new URL(file, location.href));
    const found = module[name](...args);
    return Array.from(found.length === undefined ? [found] : found);
}"""
LOSS = """async ([file, key, name, rows]) => {
    const { LOSSES } = await import(new URL(file, location.href));
    return rows.map((row) => LOSSES[key][name](...row));
}"""

LOG_RATIOS = np.array([-700.0, -40.0, -3.0, -0.5, 0.0, 0.2, 2.0, 30.0, 700.0])


@pytest.fixture(scope="module")
def page(browser: Any, server: Server) -> Any:
    """A page of the app, to import modules from."""
    made = browser.new_page()
    made.goto(server.url)
    yield made
    made.close()


@pytest.mark.parametrize("pair", ["A", "B", "C", "far"])
def test_log_densities_and_nodes_are_those_of_the_core(page: Any, pair: str) -> None:
    line, sides = line_of(PAIRS[pair]), PAIRS[pair].sides
    file = f"{FOLDER}/densities.js"
    both = [[list(row) for row in side] for side in (sides.data, sides.model)]
    nodes = page.evaluate(CALL, [file, "nodesOf", [*both, len(line.nodes)]])
    np.testing.assert_allclose(nodes, line.nodes, rtol=1e-12, atol=1e-12)
    for side, expected in zip(both, (line.log_p, line.log_q), strict=True):
        found = page.evaluate(CALL, [file, "logDensity", [side, nodes]])
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    masses = np.exp(line.log_p).tolist()
    (total,) = page.evaluate(CALL, [file, "integral", [nodes, masses]])
    assert total == pytest.approx(line.data_masses.sum(), rel=1e-12)


@pytest.mark.parametrize("key", [key for key in LOSSES if key != "wasserstein"])
def test_losses_are_those_of_the_core(page: Any, key: LossKey) -> None:
    loss, file = LOSSES[key], f"{FOLDER}/losses.js"

    def asked(name: str, *columns: np.ndarray) -> np.ndarray:
        rows = np.stack(columns, 1).tolist()
        return np.array(page.evaluate(LOSS, [file, key, name, rows]), dtype=float)

    alphas = np.linspace(-6, 6, 41)
    np.testing.assert_allclose(asked("cost", alphas), loss.cost(alphas), rtol=1e-12, atol=1e-12)
    found = asked("optimum", LOG_RATIOS)
    np.testing.assert_allclose(found, loss.optimum(LOG_RATIOS), rtol=1e-12, atol=1e-12)
    modest = LOG_RATIOS[np.abs(LOG_RATIOS) < 100]
    np.testing.assert_allclose(asked("curve", modest), loss.curve(modest), rtol=1e-9, atol=1e-12)
    log_p, log_q = -3.0 + LOG_RATIOS / 2, -3.0 - LOG_RATIOS / 2
    log_p, log_q = np.minimum(log_p, 2.0), np.minimum(log_q, 2.0)
    found = asked("weighted", log_p, log_q)
    np.testing.assert_allclose(found, loss.curve_weighted(log_p, log_q), rtol=1e-9, atol=1e-15)


PREVIEW = """async ([file, given, handles]) => {
    const { preview } = await import(new URL(file, location.href));
    const found = preview(given, handles);
    for (const mark of Object.values(found)) {
        for (const name of ["x", "y", "y2"]) if (mark[name]) mark[name] = Array.from(mark[name]);
    }
    return found;
}"""

MOVES = {
    "a centre": ("densities", "d0", -2.5, 0.2, None),
    "a weight": ("densities", "d1", 1.0, 0.45, None),
    "a width by keys": ("densities", "g0", 0.0, 0.25, 1.3),
    "a shoulder": ("densities", "g1s", 3.4, 0.1, None),
    "a weight beyond its bounds": ("densities", "g1", 2.5, 9.0, None),
    "the place": ("critic", "x", -0.7, 0.0, None),
}


def drawn(choices: dict[str, Any], ends: tuple[float, float]) -> tuple[Shown, list[Panel]]:
    """The pictures of the pair as the server draws them."""
    run = new_run(*critic(LESSON.defaults))
    shown = shown_of(pair_of(choices), choices, ends, run, None)
    said = words(LESSON.package, "en")
    panels = [
        lanes.densities(shown, 1.0, said),
        lanes.critic_lane(shown, (-8.0, 8.0), said),
        lanes.integrand_lane(shown, said),
        one_x.costs(shown, said),
        one_x.lines(shown, said),
        ways.bars(shown, said),
        ways.gauge(shown, said),
    ]
    return shown, panels


@pytest.mark.parametrize("key", [key for key in LOSSES if key != "wasserstein"])
@pytest.mark.parametrize("move", MOVES)
def test_what_is_drawn_while_a_handle_moves_is_what_the_server_draws_then(
    page: Any, key: str, move: str
) -> None:
    picture, handle, x, y, width = MOVES[move]
    choices = {**LESSON.defaults, "pair": "C", "loss": key}
    ends = ends_of(pair_of(choices))
    before, _ = drawn(choices, ends)
    drag = Drag(
        act="move", panel=picture, handle=handle, x=x, y=y, width=width, is_final=True, turn=1
    )
    _, panels = drawn(choices | dict(taken(choices, drag)), ends)
    preview = preview_of(before)
    handles = {picture: {handle: {"x": x, "y": y, "width": width}}}
    file = f"app/static/{preview.module}/preview.js"
    found = page.evaluate(PREVIEW, [file, dict(preview.given), handles])
    marks = [mark for panel in panels for mark in panel.marks if getattr(mark, "key", "")]
    assert len({mark.key for mark in marks}) >= 14
    for mark in marks:  # the link holds a pair to five digits, the browser what was dragged
        assert found[mark.key]
        for name, values in found[mark.key].items():
            if name == "texts":
                numbers = [float(value) for value in values]
                assert numbers == pytest.approx([float(text) for text in mark.texts], abs=2e-4)
            elif name != "text":
                np.testing.assert_allclose(
                    values, getattr(mark, name), rtol=2e-4, atol=2e-5, err_msg=mark.key
                )
