"""The data sets: real images, a real table and toy sets in the plane. Torch-free.

Adding one is a loader and one line in ``DATASETS``. Sources and licences of the files are in
``core/data/README.md``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.toy import TOYS
from core.validation import require_choice, require_number

Kind = Literal["image", "plane", "table"]

DATA = Path(__file__).parent / "data"

MIN_POINTS = 100
MAX_POINTS = 50_000

TOY_TEST_SHARE = 0.2
TABLE_TEST_SHARE = 0.25


@dataclass(frozen=True, kw_only=True)
class DatasetConfig:
    """Which data, and how drawn.

    Attributes:
        name: a key of ``DATASETS``.
        seed: of the toy sets and of splits; images keep their official split.
        num_points: N + N', training and held out together; of the toy sets only.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    name: str = "mnist"
    seed: int = 0
    num_points: int = 4000

    def __post_init__(self) -> None:
        """Check every field."""
        require_choice("name", self.name, DATASETS)
        require_number("seed", self.seed, at_least=0, at_most=2**31 - 1)
        require_number("num_points", self.num_points, at_least=MIN_POINTS, at_most=MAX_POINTS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Training and held-out data in the scaling that models see. All arrays are read-only.

    The scaling is recorded: ``x_raw = x * scale + shift``, column by column. Images: ``shift``
    is 0 and ``scale`` the brightest grey level (255, of the 8 x 8 digits 16), so that x lies in
    ``[0, 1]``. Tables and toy sets: ``shift`` and ``scale`` are the mean and the population
    standard deviation of the training rows, so that these have mean 0 and variance 1.
    Every σ² in the product refers to x, not to x_raw.

    Attributes:
        name: its key in ``DATASETS``.
        x_train: training data, float32 with shape ``[N, D]``, classes mixed.
        x_test: held-out data, float32 with shape ``[N', D]``.
        y_train: labels of the training data for colours, uint8 with shape ``[N]``.
        y_test: labels of the held-out data, uint8 with shape ``[N']``.
        classes: the name of every label.
        columns: the names of the D columns; empty for images.
        units: the unit of every raw column; empty where there is none.
        image_shape: height and width of an image, ``None`` where x is not an image.
        shift: raw value of x = 0, float64 with shape ``[D]``.
        scale: raw units per unit of x, float64 with shape ``[D]``.
    """

    name: str
    x_train: NDArray[np.float32]
    x_test: NDArray[np.float32]
    y_train: NDArray[np.uint8]
    y_test: NDArray[np.uint8]
    classes: tuple[str, ...]
    columns: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    shift: NDArray[np.float64]
    scale: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Make the arrays read-only: one copy serves every session."""
        for array in (
            self.x_train,
            self.x_test,
            self.y_train,
            self.y_test,
            self.shift,
            self.scale,
        ):
            array.flags.writeable = False

    @property
    def data_dim(self) -> int:
        """D."""
        return int(self.x_train.shape[1])

    @property
    def kind(self) -> Kind:
        """How a row is drawn: as an image, as a point in the plane, or as a table row."""
        if self.image_shape is not None:
            return "image"
        return "plane" if self.data_dim == 2 else "table"

    def to_raw(self, x: ArrayLike) -> NDArray[np.float64]:
        """``x * scale + shift``: grey levels or the units of the table, shape ``[..., D]``."""
        return np.asarray(x, dtype=np.float64) * self.scale + self.shift


@dataclass(frozen=True, kw_only=True)
class DatasetInfo:
    """A line of the menu; its words are the dashboard's.

    Attributes:
        kind: "image", "plane" (toy sets: seed and number of points matter) or "table" (only
            the seed, of the split, matters).
        loader: what reads or draws the data; call ``load_dataset`` instead.
    """

    kind: Kind
    loader: Callable[[DatasetConfig], Dataset]


def load_dataset(config: DatasetConfig) -> Dataset:
    """The data set that ``config`` describes, from a cache of the eight used last.

    Fields that do not matter to a set are left out of the cache's key, so that for instance
    MNIST is held once, whatever the seed.
    """
    kind = DATASETS[config.name].kind
    if kind == "image":
        return _load(DatasetConfig(name=config.name))
    return _load(config if kind == "plane" else DatasetConfig(name=config.name, seed=config.seed))


@lru_cache(maxsize=8)
def _load(config: DatasetConfig) -> Dataset:
    return DATASETS[config.name].loader(config)


def _read(file: str) -> dict[str, NDArray[Any]]:
    with np.load(DATA / file, allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def _load_images(config: DatasetConfig, *, file: str, white: int) -> Dataset:
    """Images flattened row by row and divided by ``white``, their brightest grey level."""
    stored = _read(file)
    _, height, width = stored["x_train"].shape
    data_dim = height * width
    return Dataset(
        name=config.name,
        x_train=stored["x_train"].reshape(-1, data_dim).astype(np.float32) / np.float32(white),
        x_test=stored["x_test"].reshape(-1, data_dim).astype(np.float32) / np.float32(white),
        y_train=stored["y_train"],
        y_test=stored["y_test"],
        classes=tuple(stored["classes"].tolist()),
        image_shape=(height, width),
        shift=np.zeros(data_dim),
        scale=np.full(data_dim, float(white)),
    )


def _load_penguins(config: DatasetConfig) -> Dataset:
    stored = _read("penguins.npz")
    names = [column.rsplit("_", 1) for column in stored["columns"].tolist()]
    return Dataset(
        name=config.name,
        **_split(stored["x"], stored["y"], TABLE_TEST_SHARE, np.random.default_rng(config.seed)),
        classes=tuple(stored["classes"].tolist()),
        columns=tuple(name.replace("_", " ") for name, _ in names),
        units=tuple(unit for _, unit in names),
    )


def _load_toy(config: DatasetConfig, *, piece: str) -> Dataset:
    """A toy set whose classes are "``piece`` 1", "``piece`` 2", ..."""
    generator = np.random.default_rng(config.seed)
    x, y = TOYS[config.name](config.num_points, generator)
    return Dataset(
        name=config.name,
        **_split(x, y, TOY_TEST_SHARE, generator),
        classes=tuple(f"{piece} {k + 1}" for k in range(int(y.max()) + 1)),
        columns=("x1", "x2"),
    )


def _split(
    x: NDArray[Any], y: NDArray[np.uint8], test_share: float, generator: np.random.Generator
) -> dict[str, Any]:
    """Shuffle, hold out the share, standardise both parts on the training part."""
    order = generator.permutation(len(x))
    num_test = round(test_share * len(x))
    test, train = order[:num_test], order[num_test:]
    raw = x.astype(np.float64)
    shift, scale = raw[train].mean(0), raw[train].std(0)
    assert np.all(scale > 0)
    scaled = ((raw - shift) / scale).astype(np.float32)
    return {
        "x_train": scaled[train],
        "x_test": scaled[test],
        "y_train": y[train],
        "y_test": y[test],
        "shift": shift,
        "scale": scale,
    }


DATASETS: dict[str, DatasetInfo] = {
    "mnist": DatasetInfo(
        kind="image", loader=partial(_load_images, file="mnist_10k.npz", white=255)
    ),
    "fashion_mnist": DatasetInfo(
        kind="image",
        loader=partial(_load_images, file="fashion_mnist_10k.npz", white=255),
    ),
    "digits": DatasetInfo(
        kind="image", loader=partial(_load_images, file="digits_8x8.npz", white=16)
    ),
    "penguins": DatasetInfo(kind="table", loader=_load_penguins),
    "two_moons": DatasetInfo(kind="plane", loader=partial(_load_toy, piece="moon")),
    "rings": DatasetInfo(kind="plane", loader=partial(_load_toy, piece="ring")),
    "pinwheel": DatasetInfo(kind="plane", loader=partial(_load_toy, piece="arm")),
    "eight_gaussians": DatasetInfo(kind="plane", loader=partial(_load_toy, piece="Gaussian")),
    "checkerboard": DatasetInfo(kind="plane", loader=partial(_load_toy, piece="cell")),
}
"""Every data set, in the order of the menu."""
