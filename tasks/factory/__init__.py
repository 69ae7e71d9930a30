"""A factory: a directory that takes documents in as they come, batch by batch, and gives a dataset version by version."""
