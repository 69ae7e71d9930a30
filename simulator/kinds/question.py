"""Defects of questions about a passage: those that every author can have."""

from simulator.author_defects import QUESTION

DEFECTS = {"question": QUESTION}
