"""The kind extraction: forms filled from a text."""
