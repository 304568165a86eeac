"""A VAE of two levels (SUT-DL4 Q2): its terms, its training, and an exact theory beside it."""
