"""The hierarchical VAE: posterior collapse, explained by an exact theory and steered live."""
