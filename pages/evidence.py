"""The evidence lesson: what is log p(x), and where do the nats go?"""

from dashboard.kit.page import show
from dashboard.lessons.evidence.lesson import LESSON

show(LESSON)
