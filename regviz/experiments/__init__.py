"""What a page runs over many seeds and rates: NumPy only, cached, telling how far it is. One module a topic."""
