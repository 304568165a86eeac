"""Which runs of a VAE other lessons can read."""

from core.vae.config import MAX_LATTICE_DIM, VAEConfig
from dashboard.kit.scene import Scene

EVIDENCE = "evidence"
"""The lesson that integrates over the latent space of a run."""


def why_not_in(scene: Scene, reader: str, config: VAEConfig) -> str:
    """Why the lesson called ``reader`` cannot read such a run; empty if it can."""
    if reader != EVIDENCE or config.fits_lattice:
        return ""
    if not config.is_variational:
        return scene.said("elsewhere.autoencoder")
    return scene.said("elsewhere.too_wide", L=config.latent_dim, most=MAX_LATTICE_DIM)
