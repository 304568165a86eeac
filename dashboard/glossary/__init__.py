"""The glossary: letters, colours, terms and abbreviations of all lessons."""
