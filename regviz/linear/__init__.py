"""Linear models: exact paths, certificates, selection, and the plane of two weights."""
