"""What rows of finished runs become a dataset: none twice, none of a benchmark, and why each other one was left out."""
