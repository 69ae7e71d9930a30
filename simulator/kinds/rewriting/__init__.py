"""Defects of rewritings, of original writing and of texts about data."""

from simulator.author_defects import REWRITING
from simulator.kinds.rewriting.commission import WRITTEN
from simulator.kinds.rewriting.report import DATA

DEFECTS = {"rewriting": REWRITING, "response": WRITTEN | DATA}
