"""The mathematics, models, training, execution and data of Latent Flow Lab.

Usable from a notebook; knows nothing of the dashboard. Conventions, everywhere:

* everything is in **nats**; losses are averaged over the batch and summed over features;
* shapes are written ``[B, D]``: ``N`` data, ``B`` batch, ``D`` data dimension, ``L`` latent
  dimension, ``M`` Monte Carlo samples per datum, ``K`` importance samples;
* ``σ²`` alone is the decoder variance, the encoder's is ``σ_φ²``, ``λ_j`` are eigenvalues of the
  data covariance;
* flows map base to data, ``x = f(z)``; diffusion time 0 is data;
* a *run* is a value: numpy arrays and bytes only, so that it can be pickled, moved to another
  process and read where torch is not imported;
* randomness comes from generators seeded by the configuration, never from torch's global one.

Sources are cited by short names: PIMA-6 and PIMA-7 (PIMA, Mathematical foundations of generative
models, homework 6: normalizing flows, homework 7: variational autoencoders), IT5410 (HUST,
Foundations of Generative AI), VAE-note (course note "Variational AutoEncoder", 2023-08-24) and
SUT-DL4 (Sharif University, Deep Learning, homework 4).
"""
