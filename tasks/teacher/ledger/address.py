"""Which database an address names."""

from __future__ import annotations

import os
import re

from tasks.teacher.ledger.database import Database, LedgerError
from tasks.teacher.ledger.postgres import Postgres
from tasks.teacher.ledger.sqlite import Sqlite

FORMS = "sqlite:///FILE or postgresql://USER@HOST:5432/DATABASE"
_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


def database_of(url: str) -> Database:
    """The database at an address; `$NAME` stands for the one that the environment variable NAME holds. LedgerError if none."""
    if named := _VARIABLE.fullmatch(url):
        url = os.environ.get(named[1], "")
        if not url:
            raise LedgerError(f"the ledger's address is to be in ${named[1]}, which is not set: set it to {FORMS}")
    scheme = url.partition("://")[0]
    if scheme == "sqlite" and (path := url.removeprefix("sqlite:///")) not in ("", url):
        return Sqlite(path)
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return Postgres(url.replace("+psycopg", "", 1))
    raise LedgerError(f"the ledger's address is none that is known: write {FORMS}")
