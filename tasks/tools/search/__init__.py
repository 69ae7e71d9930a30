"""Search over the document set of a run: BM25 over all its pieces, on disk."""
