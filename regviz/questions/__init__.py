"""What each page asks, by its slug: `ask(settings)` returns a Question, or None where there is nothing to ask."""
