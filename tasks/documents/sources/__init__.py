"""Files that hold many documents, opened one document at a time, none unpacked whole."""
