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

One name for one thing: a *config* is what is chosen before the first step, *controls* what may
change between two steps; a *run* holds both with its state and *history*; a *slice* is what a
worker trains of it in one go; a *record* holds the metrics of one step, a *snapshot* its
parameters; a *request* is what a worker is asked, an *answer* the dataclass that comes back; the
*layout* says where a named tensor lies in the flat *parameters*; *held-out* rows are never trained
on; *exact* means a closed form or quadrature with its achieved error, an *estimate* has a standard
error.

Sources are cited by short names: PIMA-6 and PIMA-7 (PIMA, Mathematical foundations of generative
models, homework 6: normalizing flows, homework 7: variational autoencoders), IT5410 (HUST,
Foundations of Generative AI), VAE-note (course note "Variational AutoEncoder", 2023-08-24) and
SUT-DL4 (Sharif University, Deep Learning, homework 4).
"""
