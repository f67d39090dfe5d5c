"""Penalties as priors: posteriors of two weights."""
