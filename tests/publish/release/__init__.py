"""Releases: what each format's folder holds, that it loads, what its card says, and how it gets to a hub."""
