"""The data sets: scaling recorded, splits disjoint, seeds reproducible, bad input refused."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.dataset import DATA, DATASETS, Dataset, DatasetConfig, load_dataset
from core.toy import TOYS

IMAGES = ("mnist", "fashion_mnist", "digits")
STANDARDISED = ("penguins", *TOYS)


def load(name: str, **choices: int) -> Dataset:
    return load_dataset(DatasetConfig(name=name, **choices))


def test_the_menu_shows_images_first_then_the_table_then_the_plane() -> None:
    assert list(DATASETS) == [*IMAGES, "penguins", *TOYS]
    assert DatasetConfig().name == "mnist"


@pytest.mark.parametrize("name", DATASETS)
def test_shapes_types_and_labels_agree(name: str) -> None:
    data = load(name)
    assert data.x_train.dtype == data.x_test.dtype == np.float32
    assert data.y_train.dtype == data.y_test.dtype == np.uint8
    assert data.shift.dtype == data.scale.dtype == np.float64
    assert data.x_train.shape == (len(data.y_train), data.data_dim)
    assert data.x_test.shape == (len(data.y_test), data.data_dim)
    assert data.shift.shape == data.scale.shape == (data.data_dim,)
    assert np.unique(data.y_train).tolist() == list(range(len(data.classes)))
    assert np.isfinite(data.x_train).all()
    assert np.isfinite(data.x_test).all()
    assert data.kind == DATASETS[name].kind
    assert data.name == name


@pytest.mark.parametrize("name", DATASETS)
def test_columns_are_named_except_those_of_images(name: str) -> None:
    data = load(name)
    assert len(data.columns) == (0 if data.kind == "image" else data.data_dim)
    assert (data.image_shape is not None) == (data.kind == "image")
    assert len(data.units) == (4 if name == "penguins" else 0)


@pytest.mark.parametrize("name", IMAGES)
def test_images_fill_the_unit_interval(name: str) -> None:
    data = load(name)
    assert data.x_train.min() == 0.0
    assert data.x_train.max() == 1.0
    assert data.image_shape is not None
    assert np.prod(data.image_shape) == data.data_dim


@pytest.mark.parametrize(
    ("name", "file"),
    [("mnist", "mnist_10k"), ("fashion_mnist", "fashion_mnist_10k"), ("digits", "digits_8x8")],
)
def test_to_raw_gives_back_the_stored_grey_levels(name: str, file: str) -> None:
    data = load(name)
    with np.load(DATA / f"{file}.npz", allow_pickle=False) as stored:
        for x, raw in ((data.x_train, stored["x_train"]), (data.x_test, stored["x_test"])):
            np.testing.assert_array_equal(np.rint(data.to_raw(x)), raw.reshape(len(raw), -1))
            np.testing.assert_allclose(data.to_raw(x), raw.reshape(len(raw), -1), atol=1e-4)


def test_the_digits_are_those_of_scikit_learn() -> None:
    data, original = load("digits"), load_digits()
    together = np.rint(data.to_raw(np.concatenate([data.x_train, data.x_test])))
    labels = np.concatenate([data.y_train, data.y_test])
    ours = np.column_stack([together, labels])
    theirs = np.column_stack([original.data, original.target])
    np.testing.assert_array_equal(np.unique(ours, axis=0), np.unique(theirs, axis=0))
    assert len(ours) == len(theirs)


@pytest.mark.parametrize("name", STANDARDISED)
def test_the_training_part_has_mean_zero_and_variance_one(name: str) -> None:
    x = load(name).x_train.astype(np.float64)
    np.testing.assert_allclose(x.mean(0), 0.0, atol=1e-6)
    np.testing.assert_allclose(x.std(0), 1.0, atol=1e-6)


def test_the_penguins_are_split_without_loss_or_overlap() -> None:
    data = load("penguins")
    assert (len(data.x_train), len(data.x_test)) == (256, 86)
    with np.load(DATA / "penguins.npz", allow_pickle=False) as stored:
        raw = np.column_stack([stored["x"].astype(np.float64), stored["y"]])
    x = data.to_raw(np.concatenate([data.x_train, data.x_test]))
    together = np.column_stack([x, np.concatenate([data.y_train, data.y_test])])
    distance = np.abs(together[:, None] - raw[None]).max(-1)
    assert distance.min(1).max() < 1e-3
    assert sorted(distance.argmin(1)) == list(range(342))


@pytest.mark.parametrize("name", TOYS)
def test_toy_sets_are_the_generators_points_split_four_to_one(name: str) -> None:
    data = load(name, seed=5, num_points=1003)
    drawn, labels = TOYS[name](1003, np.random.default_rng(5))
    assert (len(data.x_train), len(data.x_test)) == (802, 201)
    together = data.to_raw(np.concatenate([data.x_train, data.x_test]))
    order, original = np.argsort(together[:, 0]), np.argsort(drawn[:, 0])
    np.testing.assert_allclose(together[order], drawn[original], atol=1e-5)
    assert sorted([*data.y_train, *data.y_test]) == sorted(labels)


@pytest.mark.parametrize("name", DATASETS)
def test_training_and_held_out_rows_are_different_rows(name: str) -> None:
    data = load(name)
    train = {row.tobytes() for row in data.x_train}
    assert not any(row.tobytes() in train for row in data.x_test)


@pytest.mark.parametrize("name", STANDARDISED)
def test_a_seed_gives_the_same_split_and_another_seed_another(name: str) -> None:
    config = DatasetConfig(name=name, seed=3)
    one, again = (DATASETS[name].loader(config) for _ in range(2))
    other = load(name, seed=4)
    np.testing.assert_array_equal(one.x_train, again.x_train)
    np.testing.assert_array_equal(one.y_test, again.y_test)
    assert not np.array_equal(one.x_test, other.x_test)


@pytest.mark.parametrize("name", DATASETS)
def test_classes_are_mixed_so_that_the_first_rows_show_them_all(name: str) -> None:
    data = load(name)
    assert len(np.unique(data.y_train[:200])) == len(data.classes)
    assert len(np.unique(data.y_test[:80])) == len(data.classes)


@pytest.mark.parametrize("name", DATASETS)
def test_arrays_are_read_only(name: str) -> None:
    data = load(name)
    for field in ("x_train", "x_test", "y_train", "y_test", "shift", "scale"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(data, field)[0] = 0


def test_the_cache_ignores_what_does_not_matter() -> None:
    assert load("digits", seed=1, num_points=200) is load("digits")
    assert load("penguins", seed=1, num_points=200) is load("penguins", seed=1)
    assert load("rings", num_points=200) is not load("rings")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"name": "imagenet"}, r"`name` must be one of 'mnist', .*, got 'imagenet'"),
        ({"seed": -1}, "`seed` must be at least 0, got -1"),
        ({"seed": 2**31}, "`seed` must be at most 2147483647, got 2147483648"),
        ({"num_points": 99}, "`num_points` must be at least 100, got 99"),
        ({"num_points": 50_001}, "`num_points` must be at most 50000, got 50001"),
    ],
)
def test_bad_input_is_refused_with_its_name_bound_and_value(
    choices: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        DatasetConfig(**choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("num_points", [100, 1001])
def test_toys_have_as_many_points_as_asked_and_equal_pieces(name: str, num_points: int) -> None:
    x, y = TOYS[name](num_points, np.random.default_rng(0))
    assert x.shape == (num_points, 2)
    assert (x.dtype, y.dtype) == (np.float64, np.uint8)
    counts = np.bincount(y)
    assert counts.max() - counts.min() <= 1


def test_moons_lie_on_their_half_circles() -> None:
    x, y = TOYS["two_moons"](4000, np.random.default_rng(0))
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert np.abs(np.linalg.norm(x - centre, axis=1) - 1.0).max() < 6 * 0.08
    assert x[y == 0, 1].mean() == pytest.approx(2 / np.pi, abs=0.05)
    assert x[y == 1, 1].mean() == pytest.approx(0.5 - 2 / np.pi, abs=0.05)


def test_rings_have_their_radii() -> None:
    x, y = TOYS["rings"](4000, np.random.default_rng(0))
    assert np.abs(np.linalg.norm(x, axis=1) - (1.0 + y)).max() < 0.5


def test_gaussians_have_their_centres_and_spread() -> None:
    x, y = TOYS["eight_gaussians"](8000, np.random.default_rng(0))
    for k in range(8):
        angle = k * np.pi / 4
        centre = 4.0 * np.array([np.cos(angle), np.sin(angle)])
        np.testing.assert_allclose(x[y == k].mean(0), centre, atol=4 * 0.5 / np.sqrt(1000))
        np.testing.assert_allclose(x[y == k].std(0), 0.5, rtol=0.1)


def test_pinwheel_arms_are_one_arm_turned() -> None:
    x, y = TOYS["pinwheel"](20_000, np.random.default_rng(0))
    means = np.stack([x[y == k].mean(0) for k in range(5)]) @ np.array([1.0, 1.0j])
    turned_back = means * np.exp(-2j * np.pi * np.arange(5) / 5)
    np.testing.assert_allclose(turned_back, turned_back.mean(), atol=0.03)
    assert abs(turned_back.mean()) > 0.8


def test_checkerboard_fills_exactly_the_dark_cells() -> None:
    x, y = TOYS["checkerboard"](4000, np.random.default_rng(0))
    cells = np.floor(x).astype(int)
    assert np.abs(x).max() <= 2.0
    assert set(cells.sum(1) % 2) == {0}
    assert len({(*cell, label) for cell, label in zip(cells.tolist(), y, strict=True)}) == 8


def test_data_and_theory_need_no_torch() -> None:
    code = (
        "import sys, core.dataset, core.vae.theory, core.vae.config as c;"
        "core.dataset.load_dataset(c.VAEConfig().dataset); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=DATA.parent.parent)
