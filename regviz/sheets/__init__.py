"""Guided sheets: what is asked before an experiment and after it, and the log that answers."""
