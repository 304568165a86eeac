"""Gaussian variational autoencoders (PIMA-7 §2, IT5410, VAE-note, SUT-DL4 Q1)."""
