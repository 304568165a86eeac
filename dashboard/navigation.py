"""The lessons: one line each."""

from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A page of the dashboard.

    Attributes:
        file: its script in ``pages/``.
        title: in the navigation.
        icon: a Material symbol; Streamlit ships the font.
        summary: one sentence for the home page; empty for the home page itself.
    """

    file: str
    title: str
    icon: str
    summary: str = ""

    @property
    def path(self) -> Path:
        """The absolute path of its script."""
        return PAGES / self.file


HOME = Lesson(file="home.py", title="Home", icon=":material/home:")

LESSONS = (
    Lesson(
        file="vae.py",
        title="VAE",
        icon=":material/tune:",
        summary="Train a variational autoencoder and steer its KL weight β and its variance σ² "
        "while it learns: the ELBO curves and the latent grid answer at once.",
    ),
    Lesson(
        file="flow.py",
        title="Flow",
        icon=":material/waves:",
        summary="Watch an autoregressive flow carry a density layer by layer, with its Jacobian "
        "at every point; break its monotonicity, and train it down to the exact floor.",
    ),
    Lesson(
        file="estimators.py",
        title="Estimators",
        icon=":material/swords:",
        summary="Two classmates estimate the gradient of an expectation: Boopy reparameterizes, "
        "Naot differentiates drawn samples. See bias, variance and what repairs Naot, against the "
        "exact gradient.",
    ),
)
