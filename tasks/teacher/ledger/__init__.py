"""The ledger: every answer that was paid for, good or bad, committed before it is used.

Keyed by the full request, so it lasts across runs: an edited prompt pays only for what it changed, and a killed run pays
again for at most the calls in flight. A bad answer is replayed as what it is, bad; a call that brought no answer is noted
among the failures and never replayed. An SQLite file by default; PostgreSQL where many machines share one.
"""

from tasks.teacher.ledger.database import LedgerError
from tasks.teacher.ledger.ledger import Ledger, known_outcomes
from tasks.teacher.ledger.schema import check_ledger

__all__ = ["Ledger", "LedgerError", "check_ledger", "known_outcomes"]
