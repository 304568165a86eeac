"""The VAE lesson: steer a variational autoencoder while it learns."""

from dashboard.kit.page import show
from dashboard.lessons.vae.lesson import LESSON

show(LESSON)
