"""What can be taken home of the foundations lesson: the numbers behind every picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.foundations.kl_fits import forward_optimum
from core.foundations.kl_optima import reverse_optima
from dashboard.kit.downloads import Download
from dashboard.kit.scene import Scene
from dashboard.lessons.foundations.answers import rungs_of, sampled_of, target_of
from dashboard.lessons.foundations.likelihood_panels import path_of


def downloads(scene: Scene) -> tuple[Download, ...]:
    """The table behind each picture, as it stands when a button is clicked."""

    def now(make: Callable[[Scene], pd.DataFrame]) -> Callable[[], pd.DataFrame]:
        def contents() -> pd.DataFrame:
            question = scene.lesson.question
            assert question is not None
            return make(replace(scene, question=question(scene.state.choices)))

        return contents

    files = {
        "path": _path,
        "optima": _optima,
        "sampled": _sampled,
        "em": _em,
        "ladder": _ladder,
    }
    return tuple(
        Download(name=name, file=f"foundations-{name}.csv", make=now(make))
        for name, make in files.items()
    )


def _path(scene: Scene) -> pd.DataFrame:
    """Where the ball went."""
    path = path_of(scene.question.likelihood)
    if path is None:
        return pd.DataFrame()
    return pd.DataFrame(
        {"mu": path.means, "sigma": path.sds, "log_likelihood": path.log_likelihoods}
    )


def _optima(scene: Scene) -> pd.DataFrame:
    """Every optimum of both divergences."""
    target = target_of(scene.question.divergence)
    fit = forward_optimum(target)
    rows = [("reverse", o.mean, o.sd, o.kl, o.is_minimum) for o in reverse_optima(target)]
    rows.append(("forward", fit.mean, fit.sd, fit.kl, True))
    return pd.DataFrame(rows, columns=["divergence", "m", "s", "nats", "is_minimum"])


def _sampled(scene: Scene) -> pd.DataFrame:
    """Both estimates as draws come in."""
    found = sampled_of(scene.question.divergence)
    return pd.DataFrame(
        {
            "draws": found.counts,
            "log_ratio": found.log_ratio.value,
            "log_ratio_error": found.log_ratio.standard_error,
            "positive": found.positive.value,
            "positive_error": found.positive.standard_error,
            "exact": found.exact,
        }
    )


def _em(scene: Scene) -> pd.DataFrame:
    """The log-likelihood after every step, as far as EM has gone."""
    run = scene.answer("em").value
    if run is None:
        return pd.DataFrame()
    columns = {"step": np.arange(len(run.log_likelihoods)), "train": run.log_likelihoods}
    if run.held_out is not None:
        columns["held_out"] = run.held_out
    return pd.DataFrame(columns)


def _ladder(scene: Scene) -> pd.DataFrame:
    """How near K components come."""
    rows = [(r.num_components, r.kl_train, r.kl_test, r.kl_error) for r in rungs_of(scene)]
    return pd.DataFrame(rows, columns=["K", "kl_train", "kl_test", "kl_error"])
