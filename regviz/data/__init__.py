"""Data: small real tables as files, and seeded problems."""
