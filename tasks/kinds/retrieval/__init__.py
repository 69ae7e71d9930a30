"""The kind retrieval: questions answered from search results."""
