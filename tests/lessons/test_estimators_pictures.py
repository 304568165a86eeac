"""The estimators' pictures: values of axes, marks and words, a race and what is taken home."""

import dataclasses
import re
from html import unescape

import numpy as np
import pytest

from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.moments import exact_variances
from core.estimators.race import run_race
from core.estimators.sweep import measured_variances
from dashboard.charts.panel import Mark, Panel, decades, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.components.payload import unpack
from dashboard.components.race_track import Racer, race_track_payload
from dashboard.kit.words import words
from dashboard.lessons.estimators.downloads import race_frame
from dashboard.lessons.estimators.draws_chart import arrows_panel, function_panel
from dashboard.lessons.estimators.lesson import LESSON
from dashboard.lessons.estimators.strips_chart import Strip, strips_panel
from dashboard.lessons.estimators.submissions import highlighted
from dashboard.lessons.estimators.sweep_chart import sweep_panel
from dashboard.lessons.estimators.sweeps import sweeps_of
from dashboard.theme import Look

SAID = words(LESSON.package)


def test_sweeps_know_the_exact_curve_where_there_is_one() -> None:
    config = EstimatorsConfig()
    axes = {sweep.axis: sweep for sweep in sweeps_of(config)}
    assert list(axes) == ["num_samples", "sigma", "dim", "k"]
    curve = axes["sigma"].exact_curves(config)["pathwise"]
    np.testing.assert_allclose(curve, 4 * np.array(axes["sigma"].drawn) ** 2 / 10)
    assert np.isnan(axes["num_samples"].exact_curves(config)["leave_one_out"][0])
    assert not axes["dim"].exact_curves(dataclasses.replace(config, function="network", k=1.0))
    assert [s.axis for s in sweeps_of(EstimatorsConfig(function="elbo"))] == [
        "num_samples",
        "sigma",
    ]


def test_measured_variances_lie_on_the_exact_curves_that_are_drawn() -> None:
    config = EstimatorsConfig(
        mu=1.0, estimators=("pathwise", "score_function", "optimal_baseline")
    )
    for sweep in sweeps_of(config)[:2]:
        found = measured_variances(*sweep.request(config, 0))
        places = [config.at(sweep.axis, value) for value in sweep.measured]
        known = [exact_variances(there, config.estimators) for there in places]
        exact = np.array([[one[name].value for name in config.estimators] for one in known])
        error = np.sqrt(np.square(found / exact - 1).mean(0))
        assert (error < 0.07).all(), (sweep.axis, error)


def test_a_sweep_asks_nothing_new_when_its_own_axis_moves() -> None:
    by_sigma = sweeps_of(EstimatorsConfig())[1]
    one = by_sigma.request(EstimatorsConfig(sigma=0.5), 0)
    assert one == by_sigma.request(EstimatorsConfig(sigma=5.0, total_draws=50_000), 0)


def test_every_picture_has_words_marks_and_a_dashed_exact_line() -> None:
    z = np.linspace(-1, 1, 6)
    panels = [
        function_panel(
            grid=z,
            curve=z**2,
            mean=0.0,
            scale=1.0,
            z=z,
            value=None,
            coordinate="z",
            said=SAID,
        ),
        arrows_panel(
            lanes={"Boopy": z, "Naot": 0 * z},
            colors=["#000000", "#ff0000"],
            z=z,
            extent=(-1, 1),
            coordinate="z",
            wanted="μ",
            said=SAID,
        ),
        strips_panel(
            strips=[strip("Boopy", z)],
            exact=0.2,
            wanted="μ",
            said=SAID,
        ),
        sweep_panel(
            name="n",
            places=[1, 2],
            measured={"Boopy": np.array([1.0, 0.5])},
            drawn=[1, 2],
            exact={"Boopy": np.array([1.0, 0.5])},
            colors=["#000000"],
            axis="n",
            is_log=True,
            with_slope=True,
            said=SAID,
        ),
    ]
    for panel in panels:
        assert panel.alt
        tips = [mark.tip for mark in panel.marks if isinstance(mark, Mark)]
        assert any(tips)
        assert "{{" not in panel.alt + "".join(tips)
        for mark in panel.marks:
            assert len(mark.x) == len(mark.y)
    strips, sweep = (dashed(panel) for panel in panels[2:])
    assert [set(mark.x) for mark in strips] == [{0.2}]
    np.testing.assert_array_equal([mark.y for mark in sweep], [[1.0, 0.5]])


def strip(title: str, values: np.ndarray, **fields: object) -> Strip:
    given = {"color": "#000000", "mean": (float(np.mean(values)), 0.1), "expected": None}
    return Strip(title=title, estimates=np.asarray(values, float), **(given | fields))


def dashed(panel: Panel) -> list[Mark]:
    """What is exact in a picture."""
    marks = [mark for mark in panel.marks if isinstance(mark, Mark)]
    return [mark for mark in marks if mark.is_dashed and not mark.is_thin]


def written(panel: Panel) -> list[str]:
    """What stands in a picture in words."""
    texts = [mark.texts for mark in panel.marks if isinstance(mark, Texts)]
    return [text for found in texts for text in found]


def test_what_has_no_place_on_a_strip_is_counted() -> None:
    heavy = np.concatenate([np.linspace(-1, 1, 97), [-50.0, 30.0, 400.0]])
    panel = strips_panel(strips=[strip("a", heavy)], exact=0.0, wanted="μ", said=SAID)
    points = next(mark for mark in panel.marks if mark.kind == "points")
    outside = (heavy < panel.x.low) | (heavy > panel.x.high)
    assert len(points.x) == 100 - outside.sum() < 100
    assert len(points.x) == len(points.y)
    assert any(
        text.endswith(f"{(heavy > panel.x.high).sum()} of 100 outside ▸")
        for text in written(panel)
    )
    assert f"{outside.sum()} outside of the picture" in panel.alt
    calm = strips_panel(strips=[strip("a", heavy[:97])], exact=0.0, wanted="μ", said=SAID)
    assert len(written(calm)) <= 2


def test_a_strip_far_wider_than_all_others_is_cut_off_and_says_so() -> None:
    z = np.linspace(-1, 1, 100)
    strips = [strip("narrow", z), strip("wide", 500 * z + 90, mean=(90.0, 5.0))]
    panel = strips_panel(strips=strips, exact=0.5, wanted="μ", said=SAID)
    assert -4 < panel.x.low < panel.x.high < 4
    told = written(panel)
    assert told[0].startswith("◂ ")
    assert "mean of all 90" in told[1]
    counts = [int(re.search(r"(\d+) of 100", text)[1]) for text in told]
    points = [mark for mark in panel.marks if getattr(mark, "kind", "") == "points"]
    assert sum(counts) + len(points[1].x) == 100
    assert sum(counts) > 90
    near = [strips[0], strip("wide", 5 * z)]
    assert strips_panel(strips=near, exact=0.5, wanted="μ", said=SAID).x.high > 4


def test_naots_exact_mean_is_dashed_across_his_strip() -> None:
    z = np.linspace(-1, 1, 9)
    strips = [strip("Boopy", z + 3), strip("Naot", 0 * z, expected=0.25)]
    panel = strips_panel(strips=strips, exact=3.0, wanted="μ", said=SAID)
    line, rule = dashed(panel)
    assert set(line.x) == {0.25}
    assert 1 <= line.y.min() < line.y.max() <= 2
    assert set(rule.x) == {3.0}


def test_a_picture_has_its_strips_from_above_and_its_range_around_all() -> None:
    far = np.array([-4.0, 1.0, 2.0, 3.0])
    panel = strips_panel(
        strips=[strip("a", far, mean=(0.5, 0.1)), strip("b", far + 1, mean=(1, 1))],
        exact=9.0,
        wanted="μ",
        said=SAID,
    )
    assert panel.x.low < 1
    assert panel.x.high >= 9
    assert (panel.y.low, panel.y.high) == (2, 0)
    for low, high in ((0.013, 7.2), (-3.0, -1.0), (2.0, 2.0), (0.0, 1e-9), (-1e6, 4.0)):
        start, end = rounded(low, high)
        assert start <= low <= high <= end
        assert start < end
    assert decades(np.array([0.02, np.nan, 0.0, 30.0])) == (0.01, 100.0)
    assert decades(np.array([np.nan])) == (0.1, 10.0)


def test_arrows_point_where_each_draw_would_push() -> None:
    z = np.array([0.0, 1.0])
    panel = arrows_panel(
        lanes={"a": np.array([2.0, -1.0]), "Naot": np.zeros(2)},
        colors=["#000000", "#ff0000"],
        z=z,
        extent=(-3, 4),
        coordinate="z",
        wanted="μ",
        said=SAID,
    )
    for mark in panel.marks:
        assert (np.sign(mark.x2 - mark.x) == np.sign(mark.value)).all()


def test_code_is_shown_as_it_stands() -> None:
    code = 'def f(x):\n    """a < b"""\n    return x if x > "1" else None  # so & so\n'
    shown = re.sub(r"</?span[^>]*>", "", highlighted(code))
    assert unescape(shown) == code.rstrip()


def test_a_race_travels_whole_and_can_be_taken_home() -> None:
    config = RaceConfig(start=EstimatorsConfig(estimators=("pathwise", "naive")), train_steps=5)
    race = run_race(config)
    racers = [
        Racer(name=name, color="#123456", path=race.paths[name], losses=race.losses[name])
        for name in race.paths
    ]
    meta, sections = unpack(_payload(racers))
    assert meta["steps"] == 5
    assert sections["paths"].reshape(2, 6, 2)[1, -1, 0] == 1.0  # Naot stays
    table = race_frame(race)
    assert set(table["estimator"]) == {"pathwise", "naive", "exact"}
    with pytest.raises(ValueError, match="`racers` must have at least one racer"):
        _payload([])
    with pytest.raises(ValueError, match="must have a path"):
        _payload([racers[1], dataclasses.replace(racers[0], losses=np.zeros(2))])


def _payload(racers: list[Racer]) -> bytes:
    return race_track_payload(
        racers=racers,
        ranges=((0.0, 1.0), (0.0, 1.0), (0.0, 2.0)),
        field=None,
        plane_titles=("μ", "log σ"),
        curve_titles=("step", "E f"),
        look=Look(),
        alt="a race",
    )
