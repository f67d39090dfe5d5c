"""Small real tables kept as files beside these modules, and seeded synthetic problems."""
