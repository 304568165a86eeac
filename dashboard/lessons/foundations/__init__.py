"""The foundations lesson: likelihood, two divergences, EM, and infinitely many components."""
