"""What a link to the VAE lesson can get wrong: choices whose menus depend on data and model."""

from typing import Any

from core.dataset import DatasetConfig, load_dataset
from dashboard.kit.lesson import Mended
from dashboard.kit.option import Choices

ACTIVE = "active"
"""Of the dimensions that span the plane: the two most active."""

ALL_CLASSES = "all"
FIRST_DIMENSIONS = ("1", "2")


def fitting(choices: Choices) -> tuple[Choices, tuple[Mended, ...]]:
    """The choices as these data and this model can show them, and each that had to change."""
    fitted, mended = dict(choices), []

    def mend(key: str, used: Any, sentence: str) -> None:
        mended.append(Mended(key=key, asked=fitted[key], used=used, sentence=f"mended.{sentence}"))
        fitted[key] = used

    classes = load_dataset(DatasetConfig(name=fitted["data"])).classes
    if fitted["class"] not in (ALL_CLASSES, *classes):
        mend("class", ALL_CLASSES, "class")
    across, up, count = fitted["dim_x"], fitted["dim_y"], fitted["latent"]
    if across != ACTIVE and (count <= 2 or int(across) > count):
        mend("dim_x", ACTIVE, "plane" if count <= 2 else "dimension")
    if int(up) > max(count, 2):
        mend("dim_y", "2", "dimension")
    if fitted["dim_x"] == fitted["dim_y"]:
        other = next(number for number in FIRST_DIMENSIONS if number != fitted["dim_x"])
        mend("dim_y", other, "same")
    return fitted, tuple(mended)
