"""The five steps: what each does to a record, and how a step runs over a shard."""
