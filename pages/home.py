"""The home page: what this is, and the lessons."""

from dashboard.home import show

show()
