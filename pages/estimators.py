"""The estimators lesson: Boopy, Naot, and what repairs Naot."""

from dashboard.kit.page import show
from dashboard.lessons.estimators.lesson import LESSON

show(LESSON)
