"""Which of a skill's checks a run asks for."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.settings import Settings


def wanted(names: Iterable[str], settings: Settings) -> list[str]:
    """Those of a skill's checks that the settings do not leave out."""
    skipped = {name.strip() for name in settings.skip_checks.split(",")}
    return [name for name in names if name not in skipped]
