"""Answers by their form: how each is read from a reply, when its key is well formed, and when two agree."""
