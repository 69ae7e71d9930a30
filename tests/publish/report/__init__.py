"""report.html: built by elements that escape, and what it says of a run."""
