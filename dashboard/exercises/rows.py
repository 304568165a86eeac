"""Every exercise of the courses, one row each. No streamlit.

What it asks, and what of a lesson answers it, stands in the words by the exercise's key; a note of
a fault in what the source prints, too. A place names its lesson, there or to come: as soon as the
lesson is in ``LESSONS`` its link appears, and a test demands that it says what to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a lesson answers an exercise.

    Attributes:
        lesson: its name.
        part: the key of the words that say what of it answers.
        preset: the experiment that the link sets; empty: what the lesson opens with.
        choices: what differs from that; None as long as the lesson is to come.
    """

    lesson: str
    part: str
    preset: str = ""
    choices: Mapping[str, Any] | None = None

    @property
    def is_decided(self) -> bool:
        """Whether it is known what the link has to show."""
        return bool(self.preset) or self.choices is not None


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise.

    Attributes:
        key: of its words.
        source: the key of the sheet that it stands on.
        places: where it is answered.
    """

    key: str
    source: str
    places: tuple[Place, ...]


def _to_come(lesson: str) -> Place:
    return Place(lesson=lesson, part=lesson)


def _flow(part: str, preset: str = "", **choices: Any) -> Place:
    return Place(lesson="flow", part=part, preset=preset, choices=choices)


def _foundations(part: str, preset: str = "", **choices: Any) -> Place:
    return Place(lesson="foundations", part=part, preset=preset, choices=choices)


def _evidence(preset: str, **choices: Any) -> Place:
    return Place(lesson="evidence", part="evidence", preset=preset, choices=choices)


def _divergences(part: str, preset: str = "", **choices: Any) -> Place:
    return Place(lesson="divergences", part=part, preset=preset, choices=choices)


def _hierarchy(part: str, preset: str = "", **choices: Any) -> Place:
    return Place(lesson="hierarchy", part=part, preset=preset, choices=choices)


def _vae(part: str, preset: str = "", **choices: Any) -> Place:
    return Place(lesson="vae", part=part, preset=preset, choices=choices)


def _estimators(part: str, preset: str = "", **choices: Any) -> Place:
    return Place(lesson="estimators", part=part, preset=preset, choices=choices)


ROWS: tuple[tuple[str, dict[str, tuple[Place, ...]]], ...] = (
    (
        "pima6",
        {
            "pima6_1a": (
                _flow("fold", "fold"),
                _flow("border", "fold", fold_a=1.0, fold_b=1.0),
                _flow("falling", "fold", fold_a=0.4, fold_b=2.0, fold_falls=True),
            ),
            "pima6_1b": (
                _flow("probe"),
                _flow("sum", "cumulative", dims=8, closer="sum"),
                _flow("cost", closer="cost"),
            ),
            "pima6_1c": (_flow("diagrams", "cumulative", closer="sum"),),
            "pima6_2": (_flow("sum", "cumulative", closer="sum"),),
        },
    ),
    (
        "pima7",
        {
            "pima7_1_1": (_estimators("boopy", "boopy"),),
            "pima7_1_2": (
                _estimators("naot", est=("naive",)),
                _estimators("elbo", "elbo"),
            ),
            "pima7_1_3": (_estimators("verdict", "start"),),
            "pima7_2a": (
                _foundations("plane", tab="kls", what="plane"),
                _vae("units", panel="units"),
            ),
            "pima7_2b": (_vae("sigma", "sigma", panel="variance"),),
            "pima7_2c": (_vae("samples", m=8),),
        },
    ),
    (
        "sut_q1",
        {
            "q1_1a": (_evidence("split"),),
            "q1_1b": (_evidence("prior_misses"),),
            "q1_1c": (_evidence("log_mean"),),
            "q1_2a": (_evidence("prior_misses", k=20),),
            "q1_2b": (_evidence("perfect"),),
            "q1_3a": (_evidence("wrong_encoder"),),
            "q1_3b": (_evidence("log_mean"),),
            "q1_3c": (_evidence("bound_down"),),
            "q1_3d": (_evidence("split"),),
            "q1_4a": (_evidence("encoder_wrong"),),
            "q1_4b": (_vae("step", m=8),),
            "q1_4c": (_estimators("elbo", "elbo"),),
            "q1_5a": (_vae("batches", batch=32),),
            "q1_5b": (_evidence("gaps"),),
            "q1_6a": (_vae("curves", panel="curves"), _vae("rate", panel="rate")),
            "q1_6b": (_estimators("code", "elbo"), _vae("step")),
            "q1_assumptions": (
                _vae("modes", prior="learned", var="heteroscedastic"),
                _evidence("learn_prior"),
            ),
        },
    ),
    (
        "sut_q2",
        {
            "q2_a": (_hierarchy("terms"),),
            "q2_b": (_hierarchy("flow", "costly"), _hierarchy("valley", panel="valley", c=10.0)),
            "q2_c": (
                _hierarchy("priced", "priced"),
                _hierarchy("threshold", panel="valley"),
                _hierarchy("remedies", panel="remedies"),
            ),
        },
    ),
    (
        "sut_q3",
        {
            "q3_1": (_divergences("envelope", x=0.5), _divergences("ways", "wide")),
            "q3_2a": (
                _divergences("ways", loss="zero_one"),
                _divergences("losses", panel="losses", loss="zero_one"),
            ),
            "q3_2b": (
                _divergences("ways", loss="squared"),
                _divergences("losses", panel="losses", loss="squared"),
            ),
            "q3_2c": (
                _divergences("ways", loss="logistic"),
                _divergences("losses", panel="losses", loss="logistic"),
            ),
        },
    ),
    ("sut_q4", {"q4_a": (_to_come("score"),), "q4_b": (_to_come("score"),)}),
    (
        "sut_q5",
        {
            "q5_a": (_to_come("ddim"),),
            "q5_observation": (_to_come("ddim"),),
            "q5_b": (_to_come("ddim"),),
            "q5_closing": (_to_come("ddim"),),
        },
    ),
    (
        "it5410",
        {
            "it_heights": (_foundations("likelihood", "printed"),),
            "it_kl": (_foundations("kls", "covering"), _foundations("likelihood", "heights")),
            "it_gmm": (_foundations("em", "staircase"), _foundations("infinity", "more")),
            "it_vi": (_evidence("gaps", family="full"),),
            "it_properties": (_vae("rows", "start"),),
        },
    ),
    ("vae_note", {"note_ae": (_vae("holes", "holes"),)}),
)
"""By source, in the order of the sheets."""

SOURCES: tuple[str, ...] = tuple(source for source, _ in ROWS)

EXERCISES: tuple[Exercise, ...] = tuple(
    Exercise(key=key, source=source, places=places)
    for source, rows in ROWS
    for key, places in rows.items()
)
"""Every exercise, in the same order."""
