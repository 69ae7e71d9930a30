"""Kinds of task, one folder each: all that a kind needs stands in its folder, and no kind imports another."""
