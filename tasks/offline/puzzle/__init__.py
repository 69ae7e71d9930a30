"""Puzzles, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind, from_message
from tasks.offline.puzzle.author import answered_puzzle, edited_puzzle, puzzles

OFFLINE = OfflineKind(
    agents={
        "PuzzleTasks": puzzles,
        "EditedPuzzleTask": edited_puzzle,
    },
    responder=from_message(answered_puzzle),
    alone=True,
)
