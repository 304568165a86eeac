"""The divergences lesson: a loss is a distance in disguise, and a GAN that is measured."""

from dashboard.kit.page import show
from dashboard.lessons.divergences.lesson import LESSON

show(LESSON)
