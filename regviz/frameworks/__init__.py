"""The same in other frameworks: a short script of each, and the numbers of ours that it prints, one module a topic."""
