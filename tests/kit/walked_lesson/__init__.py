"""A lesson with two runs, of which the strip steers one, and a step in slow motion."""
