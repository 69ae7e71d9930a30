"""What a run leaves for its reader: rows, rejects, manifest, card."""
