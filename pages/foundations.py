"""The foundations lesson: likelihood, two divergences, EM, infinitely many components."""

from dashboard.kit.page import show
from dashboard.lessons.foundations.lesson import LESSON

show(LESSON)
