"""Rows that hold items of benchmarks: found by runs of words that few other texts share.

The items make an :class:`Index`; every shard of rows is read once for its :class:`Hits`, which can be kept under the index's
digest; all hits together say how common each run is (:func:`frequencies`), and with that each shard's hits say which rows match
(:func:`matches`).
"""

from tasks.curation.decontamination.candidates import Candidate, embedded_near, nearest
from tasks.curation.decontamination.fields import BenchmarkError, Fields
from tasks.curation.decontamination.files import read_file
from tasks.curation.decontamination.hits import Hits, Row, hits_of
from tasks.curation.decontamination.index import Index, Item, index_of
from tasks.curation.decontamination.matching import Match, frequencies, matches, near_matches
from tasks.curation.decontamination.named import items_against, places
from tasks.curation.decontamination.rows import row_of

__all__ = [
    "BenchmarkError",
    "Candidate",
    "Fields",
    "Hits",
    "Index",
    "Item",
    "Match",
    "Row",
    "embedded_near",
    "frequencies",
    "hits_of",
    "index_of",
    "items_against",
    "matches",
    "near_matches",
    "nearest",
    "places",
    "read_file",
    "row_of",
]
