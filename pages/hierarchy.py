"""The hierarchy lesson: a VAE of two levels, and why the upper one falls asleep."""

from dashboard.kit.page import show
from dashboard.lessons.hierarchy.lesson import LESSON

show(LESSON)
