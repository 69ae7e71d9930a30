"""Two runs beside each other: what changed between them, what each came to, and records of both from the same document."""
