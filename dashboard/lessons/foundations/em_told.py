"""EM in sentences: what the last half step did, and what has gone wrong where something has."""

import numpy as np

from dashboard.kit.words import Words
from dashboard.lessons.foundations.em_stage import Stage
from dashboard.lessons.foundations.numbers import nats, short

SAME = 1e-9
ROUNDING = 1e-11
"""A change of ℓ below this share of it is none."""


def told(stage: Stage, said: Words) -> str:
    """What has just been done, where it led, and what there is to know of it (Markdown)."""
    sentences = [_step(stage, said), *_troubles(stage, said)]
    return " ".join(sentence for sentence in sentences if sentence)


def _step(stage: Stage, said: Words) -> str:
    values, now = stage.run.log_likelihoods, stage.iteration
    here = nats(float(values[now]))
    if not stage.half:
        return said("em.at_start", value=here)
    if stage.is_after_e:
        return said("em.after_e", value=here, step=now)
    curves = stage.along
    gap = 0.0 if curves is None else float((curves[1] - curves[2])[_nearest(curves[0], 1.0)])
    change = float(values[now] - values[now - 1])
    is_none = abs(change) <= ROUNDING * (1 + abs(float(values[now])))
    key = "em.stood" if is_none else "em.after_m" if change > 0 else "em.fell"
    return said(
        key,
        step=now,
        before=nats(float(values[now - 1])),
        value=here,
        rise=nats(change),
        gap=nats(max(gap, 0.0)),
    )


def _nearest(places: np.ndarray, place: float) -> int:
    return int(np.abs(places - place).argmin())


def _troubles(stage: Stage, said: Words) -> list[str]:
    run, now = stage.run, stage.iteration
    found = []
    if now == run.num_steps:
        if run.stop == "converged":
            found.append(said("em.converged", steps=now) if now else said("em.stands"))
        if run.stop == "singular":
            which = _listed(np.flatnonzero(run.is_singular))
            found.append(said("em.singular", which=which, step=now))
    floored = np.flatnonzero(run.is_floored[now])
    if len(floored):
        first = int(run.floored_from[floored].min())
        found.append(
            said("em.floored", which=_listed(floored), step=first, floor=short(run.floor))
        )
    empty = np.flatnonzero((run.empty_from >= 0) & (run.empty_from <= now))
    if len(empty):
        found.append(said("em.empty", which=_listed(empty)))
    if _coincide(stage):
        found.append(said("em.coincide"))
    return found


def _listed(components: np.ndarray) -> str:
    return ", ".join(str(k + 1) for k in components)


def _coincide(stage: Stage) -> bool:
    """Whether two components are one and the same."""
    mixture = stage.run.mixtures[stage.iteration]
    scale = float(stage.rows.x_train.std()) or 1.0
    means, covariances = mixture.means / scale, mixture.covariances / scale**2
    for k in range(mixture.num_components):
        near = np.abs(means[k + 1 :] - means[k]).max(1, initial=0.0) < SAME
        alike = np.abs(covariances[k + 1 :] - covariances[k]).max((1, 2), initial=0.0) < SAME
        if (near & alike).any():
            return True
    return False
