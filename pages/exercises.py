"""The exercises of the courses, each with a link to what answers it."""

from dashboard.exercises.page import show

show()
