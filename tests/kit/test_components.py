import ast
import json
import re
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.components import image_rows as image_rows_module
from dashboard.components import latent_plane as latent_plane_module
from dashboard.components import payload
from dashboard.components.image_rows import image_rows, image_rows_payload, to_grey_levels
from dashboard.components.latent_plane import latent_plane, latent_plane_payload
from dashboard.components.modules import STATIC, module_files, modules_version
from dashboard.components.payload import pack, read_sources, unpack
from dashboard.components.stamps import SIZE, stamped

N, L, H, D = 30, 3, 5, 6

NAMES = sorted(path.parent.name for path in STATIC.glob("*/main.js"))


def layers(seed: int, sizes: tuple[int, ...] = (L, H, D)) -> list[tuple[NDArray[Any], ...]]:
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=(o, i)).astype(np.float32), rng.normal(size=o).astype(np.float32))
        for i, o in pairwise(sizes)
    ]


def arguments(**changes: Any) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    plane = {
        "decoder": layers(1),
        "activation": "relu",
        "output": "sigmoid",
        "kind": "table",
        "image_shape": None,
        "columns": tuple("abcdef"),
        "units": ("cm",) * D,
        "shift": np.arange(D, dtype=float),
        "scale": np.ones(D),
        "means": rng.normal(size=(N, 2)),
        "log_vars": rng.normal(size=(N, 2)),
        "labels": rng.integers(0, 3, size=N),
        "classes": ("one", "two", "three"),
        "label_colors": ("#111111", "#222222", "#333333"),
        "dims": (0, 2),
        "latent_dim": L,
        "prior_mean": np.zeros(L),
        "prior_scale": np.float32(1.0),
        "data_points": None,
        "grid_size": 8,
        "spacing": "quantile",
        "show_ellipses": True,
        "colors": {"prior": "#444444", "data": "#555555", "model": "#666666", "truth": "#000000"},
        "step": 7,
    }
    return plane | changes


def message(**changes: Any) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    return unpack(latent_plane_payload(key="plane", **arguments(**changes)))


def test_payload_round_trip() -> None:
    sections = {
        "odd": np.arange(5, dtype=np.uint8),
        "floats": np.linspace(-1, 1, 7, dtype=np.float32),
        "empty": np.zeros(0, dtype=np.float32),
    }
    meta, found = unpack(pack({"name": "ẑ", "none": None}, sections))
    assert meta == {"name": "ẑ", "none": None}
    assert found.keys() == sections.keys()
    for name, values in sections.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype


def test_sections_start_at_multiples_of_four_bytes() -> None:
    payload = pack({"odd header": "x"}, {"a": np.zeros(3, np.uint8), "b": np.zeros(2, np.float32)})
    size = int.from_bytes(payload[:4], "little")
    header = json.loads(payload[4 : 4 + size])
    offsets = [entry["offset"] for entry in header["sections"].values()]
    assert all((4 + size + offset) % 4 == 0 for offset in offsets)


def test_pack_refuses_doubles() -> None:
    with pytest.raises(ValueError, match="`means` must be float32 or uint8, got float64"):
        pack({}, {"means": np.zeros(2)})


def test_weights_arrive_layer_by_layer_weights_before_biases() -> None:
    decoder = layers(1)
    meta, sections = message()
    assert meta["sizes"] == [[H, L], [D, H]]
    expected = np.concatenate([array.ravel() for layer in decoder for array in layer])
    np.testing.assert_array_equal(sections["weights"], expected)


def test_means_and_labels_arrive_unchanged() -> None:
    plane = arguments()
    _, sections = message()
    np.testing.assert_array_equal(sections["means"], plane["means"].astype(np.float32).ravel())
    np.testing.assert_array_equal(sections["labels"], plane["labels"])
    np.testing.assert_array_equal(sections["shift"], plane["shift"])


def test_new_weights_leave_the_other_sections_equal() -> None:
    header_before, before = message()
    header_after, after = message(decoder=layers(2), step=8)
    assert {name for name in before if not np.array_equal(before[name], after[name])} == {
        "weights"
    }
    assert header_before | {"step": 8} == header_after


def test_ellipses_travel_only_where_they_are_shown() -> None:
    assert "log_vars" in message()[1]
    assert "log_vars" not in message(show_ellipses=False)[1]
    assert "log_vars" not in message(log_vars=None)[1]


def test_images_leave_their_pixel_names_behind() -> None:
    meta, _ = message(kind="image", image_shape=(2, 3))
    assert meta["columns"] == []
    assert meta["image_shape"] == [2, 3]


def test_a_plane_carries_its_data() -> None:
    data = np.random.default_rng(3).normal(size=(9, 2))
    changes = {"shift": np.zeros(2), "scale": np.ones(2), "columns": ("x", "y"), "units": ()}
    _, sections = message(kind="plane", decoder=layers(1, (L, H, 2)), data_points=data, **changes)
    np.testing.assert_array_equal(sections["data_points"], data.astype(np.float32).ravel())


def test_one_latent_dimension_has_one_column_of_means() -> None:
    meta, sections = message(
        decoder=layers(1, (1, H, D)),
        latent_dim=1,
        prior_mean=np.zeros(1),
        means=np.zeros((N, 1)),
        log_vars=None,
    )
    assert meta["latent_dim"] == 1
    assert sections["means"].shape == (N,)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"means": np.zeros((N, 3))}, "means"),
        ({"log_vars": np.zeros((N + 1, 2))}, "log_vars"),
        ({"scale": np.ones(D + 1)}, "scale"),
        ({"prior_mean": np.zeros(2)}, "prior_mean"),
        ({"dims": (0, L)}, "dims"),
        ({"columns": ("a",)}, "columns"),
        ({"latent_dim": 2, "prior_mean": np.zeros(2)}, "decoder weight"),
        ({"kind": "image", "image_shape": (4, 4)}, "image_shape"),
        ({"kind": "plane"}, "plane"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_shapes_that_do_not_fit_are_refused_by_name(changes: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        message(**changes)


def test_streamlit_gets_one_block_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    for module in (latent_plane_module, image_rows_module):
        monkeypatch.setattr(module, "_component", lambda **call: calls.append(call))
    latent_plane(key="plane", **arguments())
    image_rows(key="rows", rows=[("x", np.zeros((2, 3, 3)))], alt="two images")
    assert [call["key"] for call in calls] == ["plane", "rows"]
    assert all(type(call["data"]) is bytes for call in calls)


def test_image_rows_arrive_as_grey_levels_row_after_row() -> None:
    x = np.random.default_rng(0).uniform(size=(4, 3, 2))
    payload = image_rows_payload(rows=[("x", x), ("x̂", 1 - x)], column_labels=None, alt="pairs")
    meta, sections = unpack(payload)
    assert meta["shape"] == [4, 3, 2]
    assert meta["captions"] == ["x", "x̂"]
    levels = sections["levels"].reshape(2, 4, 3, 2) / 255
    np.testing.assert_allclose(levels[0], x, atol=0.5 / 255 + 1e-6)
    np.testing.assert_allclose(levels[1], 1 - x, atol=0.5 / 255 + 1e-6)


def test_grey_levels_are_clamped() -> None:
    values = np.array([-1.0, 0.0, 0.5, 1.0, 7.0, np.nan])
    np.testing.assert_array_equal(to_grey_levels(values), [0, 0, 128, 255, 255, 0])


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([], None),
        ([("x", np.zeros((2, 3)))], None),
        ([("x", np.zeros((2, 3, 3))), ("x̂", np.zeros((1, 3, 3)))], None),
        ([("x", np.zeros((2, 3, 3)))], ("a",)),
    ],
    ids=["no row", "not images", "different shapes", "labels missing"],
)
def test_image_rows_refuse_what_does_not_fit(rows: Any, labels: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        image_rows_payload(rows=rows, column_labels=labels, alt="")


def test_sources_are_never_taken_for_file_paths() -> None:
    assert "\n" in read_sources("latent_plane.css")
    script = read_sources("payload.js", "mounting.js", "modules.js")
    assert len(script) < 6_000, "this text travels with every message"


@pytest.mark.parametrize("folder", ["shared", "board"])
def test_new_script_text_has_a_new_address(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    script = tmp_path / folder / "a.js"
    script.write_text("1")
    before = modules_version(tmp_path)
    script.write_text("2")
    assert modules_version(tmp_path) != before


def modules() -> list[Path]:
    found = sorted(STATIC.rglob("*.js"))
    assert len(found) > 40
    return found


IMPORT = re.compile(r"import\(\s*`(.*?)`,?\s*\)", re.DOTALL)
NAMED = "import(address)"
"""Of the one module that imports what a message names: a lesson's preview."""

VERSIONED = re.compile(r"(.*\.js)\$\{(version|new URL\(import\.meta\.url\)\.search)\}")


@pytest.mark.parametrize("path", modules(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_modules_import_each_other_with_their_version(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert len(text.splitlines()) <= 300
    found = IMPORT.findall(text)
    named = text.count(NAMED)
    assert named == (path.parent.name == "board" and path.stem == "preview")
    assert len(found) == text.count("import(") - named
    for address in found:
        relative = VERSIONED.fullmatch(address)
        assert relative, address
        assert (path.parent / relative[1]).is_file(), address


def test_modules_import_only_their_own_and_the_shared() -> None:
    for path in modules():
        for address in IMPORT.findall(path.read_text(encoding="utf-8")):
            target = (path.parent / address.partition("$")[0]).resolve()
            assert target.parent.name in (path.parent.name, "shared"), (path, address)


def test_the_module_to_start_from_comes_first() -> None:
    for name in NAMES:
        main, *others = module_files(name)
        assert main == f"{name}/main.js"
        assert "shared/canvas.js" in others
        assert len(set(others)) == len(others)


def test_components_import_no_model() -> None:
    found = sorted(Path(payload.__file__).parent.glob("*.py"))
    assert len(found) > 8
    for path in found:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
        assert not [name for name in names if name.startswith(("core", "dashboard.lessons"))], path


def test_a_block_that_is_new_is_stamped_later_and_the_same_block_alike() -> None:
    def stamp(block: bytes) -> float:
        assert block[:-SIZE] in (b"first", b"other")
        return float(struct.unpack("<d", block[-SIZE:])[0])

    kept: dict[str, Any] = {}
    blocks = [stamped(block, "board", kept) for block in (b"first", b"first", b"other", b"first")]
    first, again, other, back = map(stamp, blocks)
    assert first == again < other < back
    kept["board_stamp"] = (None, 1e12)  # a clock that was put back
    assert stamp(stamped(b"first", "board", kept)) > 1e12


def test_a_stamp_is_read_by_nobody_but_the_browser() -> None:
    block = pack({"name": "z"}, {"numbers": payload.floats([1, 2])})
    meta, sections = unpack(stamped(block, "board", {}))
    assert meta == {"name": "z"}
    np.testing.assert_array_equal(sections["numbers"], [1, 2])
