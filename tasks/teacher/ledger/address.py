"""Which database an address names."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

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
    scheme = urlsplit(url).scheme
    if scheme == "sqlite" and (path := url.removeprefix("sqlite:///")) not in ("", url):
        return Sqlite(path)
    if scheme in ("postgresql", "postgres"):
        return Postgres(url)
    raise LedgerError(f"a ledger is at {FORMS}, saw {f'an address of {scheme}' if scheme else 'no such address'}")
