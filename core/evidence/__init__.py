"""What is log p(x)? Bounds, gaps and importance weights beside the exact answer.

SUT-DL4 Q1 steps 1 to 6; IT5410, slides on the ELBO, variational and amortised inference; VAE-note.
A *problem* is a model with one datum; a *proposal* is a q(z) that can be drawn from. Every number
is exact with its achieved error, or an estimate with its standard error.

Workers import ``grid``, ``digit``, ``fit``, ``prior_effect`` and ``work``; all other modules
leave torch alone.
"""
