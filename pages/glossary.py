"""The glossary: letters, colours, terms and abbreviations of all lessons."""

from dashboard.glossary.page import show

show()
