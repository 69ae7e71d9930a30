"""The kind pattern: tasks inferred from examples."""
