"""What can be taken home of the evidence lesson: the numbers behind every picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.evidence.answers import Convergence
from core.evidence.config import Named
from dashboard.kit.downloads import Download
from dashboard.kit.scene import Scene
from dashboard.lessons.evidence import gaps, learned_prior, questions
from dashboard.lessons.evidence.answers import known_now, repeats_of
from dashboard.lessons.evidence.trained import trained_of


def downloads(scene: Scene) -> tuple[Download, ...]:
    """The table behind each picture, as it stands when a button is clicked."""

    def now(make: Callable[[Scene], pd.DataFrame]) -> Callable[[], pd.DataFrame]:
        def contents() -> pd.DataFrame:
            question = scene.lesson.question
            assert question is not None
            return make(replace(scene, question=question(scene.state.choices)))

        return contents

    files = {"split": _split, "estimates": _estimates, "gaps": _gaps, "prior": _prior}
    return tuple(
        Download(name=name, file=f"evidence-{name}.csv", make=now(make))
        for name, make in files.items()
    )


def _split(scene: Scene) -> pd.DataFrame:
    """Log p(x), ELBO, KL and their errors, of the q that is chosen."""
    known = known_now(scene)
    if known.log_p is None or known.split is None:
        return pd.DataFrame()
    rows = [
        ("log_p", known.log_p, known.error),
        ("elbo", known.split.elbo.value, known.split.elbo.error),
        ("kl", known.split.kl.value, known.split.kl.error),
    ]
    return pd.DataFrame(rows, columns=["quantity", "nats", "error"])


def _estimates(scene: Scene) -> pd.DataFrame:
    """Every repeat at every K."""
    frames = []
    for name, (measured, _) in repeats_of(scene, known_now(scene)).items():
        if measured is not None:
            frames.append(_repeats(name, measured))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _repeats(name: Named, measured: Convergence) -> pd.DataFrame:
    repeats, sizes = measured.estimates.shape
    return pd.DataFrame(
        {
            "q": name,
            "repeat": np.repeat(np.arange(repeats), sizes),
            "K": np.tile(measured.sizes, repeats),
            "log_p_hat": measured.estimates.ravel(),
            "ess": measured.effective.ravel(),
        }
    )


def _gaps(scene: Scene) -> pd.DataFrame:
    """Every row's log p(x), bounds and gaps."""
    trained = trained_of(scene)
    answer = scene.answer("gaps")
    if trained is None or answer.key != questions.gaps_question(trained).key:
        return pd.DataFrame()
    return gaps.frame(answer.value or ())


def _prior(scene: Scene) -> pd.DataFrame:
    """Every row's log p(x) and bound under both priors."""
    return learned_prior.frame(scene.answer("effect").value or ())
