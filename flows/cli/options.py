"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

Prompts = Annotated[
    str | None, Parameter(name="--prompts", help="A folder of your own skills: they add to ours and override them.")
]
