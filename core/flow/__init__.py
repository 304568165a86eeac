"""Autoregressive flows ``x = f(z)``, base to data (PIMA-6; mathematics: PIMA-6 §3)."""
