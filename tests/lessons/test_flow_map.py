"""The message of the flow's map, and its scripts."""

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

from core.flow.config import FlowConfig, LayerConfig
from core.flow.initial import initial_parameters
from core.flow.inspection import journey, map_picture
from dashboard.components.flow_map import flow_map_payload
from dashboard.components.payload import unpack
from dashboard.lessons.flow.diagram import diagram
from dashboard.lessons.flow.map_payload import map_fields
from dashboard.lessons.flow.tables import lattice_table
from dashboard.theme import Look

FLOW = FlowConfig(hidden_features=(8,))
PARAMETERS = initial_parameters(FLOW)


def arguments(**changes: Any) -> dict[str, Any]:
    return {
        **map_fields(FLOW, PARAMETERS, map_picture(PARAMETERS, FLOW, 13, 5)),
        "data": np.zeros((4, 2)),
        "titles": ("x₁", "x₂"),
        "base_range": (-3.2, 3.2),
        "data_range": (-3.2, 3.2),
        "base_title": "normal",
        "data_title": "moons",
        "centres": None,
        "centres_range": (-3.0, 3.0),
        "colors": {"data": "#777777"},
        "step": 7,
    } | changes


def message(**changes: Any) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    return unpack(flow_map_payload(key="map", **arguments(**changes)))


def test_the_message_names_every_layer_and_its_tensors() -> None:
    meta, sections = message()
    assert [layer["transformer"] for layer in meta["layers"]] == ["spline"] * 3
    assert meta["flips"] == [True, True, False]
    assert meta["layers"][0]["sizes"] == [2, 8, 46]
    last = meta["layers"][-1]["tensors"][-1]
    assert last["offset"] + last["size"] == len(sections["parameters"]) == len(PARAMETERS)
    assert sections["outputs"].shape == (3 * 13 * 13 * 2,)


def test_the_table_of_the_map_holds_each_point_and_its_growth() -> None:
    table = lattice_table(map_picture(PARAMETERS, FLOW, 13, 5))
    assert list(table) == ["z1", "z2", "x1", "x2", "log_abs_det"]
    for row in table.iloc[[0, 80, 168]].itertuples():
        way = journey(PARAMETERS, FLOW, (row.z1, row.z2))
        np.testing.assert_allclose([row.x1, row.x2], way.x, atol=1e-5)
        assert row.log_abs_det == pytest.approx(way.log_abs_det, abs=1e-5)


def test_a_layer_without_parameters_has_no_tensors() -> None:
    layer = LayerConfig(transformer="additive", conditioner="cumulative_sum")
    config = FlowConfig(layers=(layer,))
    empty = initial_parameters(config)
    meta, sections = message(**map_fields(config, empty, map_picture(empty, config, 13, 5)))
    assert meta["layers"][0]["tensors"] == []
    assert len(sections["parameters"]) == 0


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"parameters": PARAMETERS[:-1]}, "parameters"),
        (map_fields(FLOW, PARAMETERS, map_picture(PARAMETERS, FLOW, 12, 5)), "side"),
        ({"flips": [True]}, "flips"),
        ({"lattice": np.zeros((3, 2))}, "lattice"),
        ({"slopes": np.zeros((1, 169, 2))}, "slopes"),
        ({"words": {"wlak": ""}}, "words"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` must"):
        message(**changes)


def test_a_flow_that_is_not_in_the_plane_has_no_map() -> None:
    picture = map_picture(PARAMETERS, FLOW, 13, 5)
    with pytest.raises(ValueError, match="`data_dim` must be 2 to be drawn, got 3"):
        map_fields(FlowConfig(data_dim=3), PARAMETERS, picture)


@pytest.mark.parametrize(
    ("on", "way", "slow"),
    [
        ("z", "forward", False),
        ("z", "inverse", True),
        ("x", "forward", True),
        ("x", "inverse", False),
    ],
)
def test_the_diagram_counts_passes(on: str, way: Any, slow: bool) -> None:
    drawn = diagram(dims=4, conditioner="made", on=on, way=way, look=Look(), turn_word="pass")
    assert ("pass 4" in drawn) == slow
    assert "pass 1" in drawn


def test_no_conditioner_needs_one_pass_and_no_fine_lines() -> None:
    drawn = diagram(
        dims=3, conditioner="none", on="z", way="inverse", look=Look(), turn_word="pass"
    )
    assert drawn.count("<line") == 3 * 3, "given to τ, h to τ, τ to found"
    assert "pass 2" not in drawn


@pytest.mark.parametrize(("way", "seen"), [("forward", "z"), ("inverse", "z")])
def test_every_arrow_of_the_diagram_has_a_head_and_every_parameter_a_node(
    way: Any, seen: str
) -> None:
    look = Look()
    drawn = diagram(
        dims=4, conditioner="cumulative_sum", on=seen, way=way, look=look, turn_word="pass"
    )
    svg = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    lines, heads = svg.findall(f"{space}line"), svg.findall(f"{space}polygon")
    assert len(lines) == len(heads) == 3 * 4 + 6
    texts = {
        t.text: (float(t.get("x", 0)), float(t.get("y", 0))) for t in svg.iter(f"{space}text")
    }
    for i in "₁₂₃₄":
        assert texts[f"z{i}"][0] == texts[f"x{i}"][0] > texts[f"h{i}"][0]
        above, below = sorted((texts[f"z{i}"][1], texts[f"x{i}"][1]))
        assert above < texts[f"h{i}"][1] < below, "h_i stands between what is given and found"
    fine = [line for line in lines if line.get("stroke") == look.muted]
    assert len(fine) == 6
    for line in fine:
        x1, y1, x2, y2 = (float(line.get(key, 0)) for key in ("x1", "y1", "x2", "y2"))
        from_z, to_h = texts["z₁"][1], texts["h₁"][1]
        assert abs(y1 - from_z) < abs(y2 - from_z), "it starts at the z that is seen"
        assert abs(y2 - to_h) < abs(y1 - to_h), "and ends at the parameters"
        assert x1 != x2
