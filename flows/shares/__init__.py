"""A run whose shards are worked on by several processes: each has a share of them, wherever it is executed."""
