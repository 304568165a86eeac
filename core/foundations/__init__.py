"""Likelihood, the two KL divergences, mixtures and how they are learned (IT5410). Torch-free."""
