"""The lessons of the course, in its order: one line each."""

from pathlib import Path

from dashboard.lessons.estimators.lesson import LESSON as ESTIMATORS
from dashboard.lessons.flow.lesson import LESSON as FLOW
from dashboard.lessons.vae.lesson import LESSON as VAE

LESSONS = (VAE, FLOW, ESTIMATORS)
"""Every lesson: navigation, home, workers, tests and bench follow from here."""

GROUPS = ("likelihood", "latent", "flows", "adversarial")
"""Groups of the navigation, in the order of the course."""


def page_of(name: str) -> Path:
    """The absolute path of a page's script."""
    return Path(__file__).resolve().parents[2] / "pages" / f"{name}.py"
