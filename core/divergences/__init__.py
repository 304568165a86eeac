"""Losses of a discriminator as divergences; critics, a GAN and its judge."""
