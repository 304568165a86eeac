"""The lessons of the course, in its order: one line each."""

from pathlib import Path

from dashboard.kit.lesson import Lesson
from dashboard.lessons.divergences.lesson import LESSON as DIVERGENCES
from dashboard.lessons.estimators.lesson import LESSON as ESTIMATORS
from dashboard.lessons.evidence.lesson import LESSON as EVIDENCE
from dashboard.lessons.flow.lesson import LESSON as FLOW
from dashboard.lessons.foundations.lesson import LESSON as FOUNDATIONS
from dashboard.lessons.hierarchy.lesson import LESSON as HIERARCHY
from dashboard.lessons.vae.lesson import LESSON as VAE

LESSONS = (FOUNDATIONS, VAE, EVIDENCE, HIERARCHY, FLOW, ESTIMATORS, DIVERGENCES)
"""Every lesson: navigation, home, workers, tests and bench follow from here."""

GROUPS = ("likelihood", "latent", "flows", "adversarial")
"""Groups of the navigation, in the order of the course."""

REFERENCE = {
    "exercises": ("dashboard.exercises", ":material/checklist:"),
    "glossary": ("dashboard.glossary", ":material/menu_book:"),
}
"""Pages that are no lesson but lead to all of them: the package of their words, their icon."""


def in_order() -> tuple[Lesson, ...]:
    """Every lesson in the order of the course: group by group."""
    return tuple(lesson for group in GROUPS for lesson in LESSONS if lesson.group == group)


def around(name: str) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after the one called ``name``; None at the ends of the course."""
    order = in_order()
    place = next(i for i, lesson in enumerate(order) if lesson.name == name)
    before = order[place - 1] if place else None
    return before, order[place + 1] if place + 1 < len(order) else None


def page_of(name: str) -> Path:
    """The absolute path of a page's script."""
    return Path(__file__).resolve().parents[2] / "pages" / f"{name}.py"
