"""Optimizers, schedules and clipping, and the surfaces on which they are watched."""
