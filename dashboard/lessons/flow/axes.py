"""The axes of everything that is drawn in the data's plane."""

from core.flow.config import FlowConfig
from core.flow.targets import target
from dashboard.kit.words import Words


def data_range(config: FlowConfig) -> tuple[float, float]:
    """Both axes of the data's picture: fixed for a target and a base."""
    if config.base == "uniform":
        return (-0.05, 1.05)
    reach = max(3.2, round(1.1 * target(config.target).reach, 1))
    return (-reach, reach)


def axis_titles(config: FlowConfig, said: Words) -> tuple[str, str]:
    """Of both axes, with units."""
    own = f"axes.{config.target.name}"
    kind = own if f"{own}.x1" in said else "axes.standardised"
    titles = [said(f"{kind}.{name}") for name in ("x1", "x2")]
    if config.base == "uniform":
        titles = [said("axes.scaled", axis=title) for title in titles]
    return titles[0], titles[1]
