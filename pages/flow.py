"""The flow lesson: watch an autoregressive flow carry a density, with its Jacobian."""

from dashboard.kit.page import show
from dashboard.lessons.flow.lesson import LESSON

show(LESSON)
