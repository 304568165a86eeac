"""Ways to estimate ``∇_φ E_{Z~q_φ} f(Z)`` and what is exactly known of them.

PIMA-7 §1: Boopy reparameterizes (``pathwise``), Naot lets autograd run through drawn samples
(``naive``). Workers import ``problem``, ``instance``, ``estimators``, ``baselines``, ``trial``,
``sweep``, ``race``, ``exact``, ``classmates`` and ``vae_elbo``; all other modules leave torch
alone.
"""
