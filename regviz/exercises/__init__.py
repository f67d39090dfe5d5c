"""Graded problems: numbers drawn from a seed, a closed form, and what is said to an answer. NumPy only."""
