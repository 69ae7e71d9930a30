"""The rows of a run in the layouts that trainers read: conversations, turns, pairs and labels, streamed to any fsspec URL."""
