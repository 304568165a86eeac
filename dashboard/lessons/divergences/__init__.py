"""The divergences lesson: a loss is a distance in disguise, and a GAN that is measured."""
