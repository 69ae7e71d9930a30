"""The kind puzzle: puzzles with data from which a program finds the answer."""
