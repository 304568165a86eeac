"""A lesson as small as one can be: what the next one costs."""
