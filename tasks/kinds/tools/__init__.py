"""The kind tools: requests served by calling functions."""
