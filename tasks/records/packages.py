"""What installed packages bring to this one, by the entry points that they declare."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import Any


class PackageError(ValueError):
    """What a package brings cannot be used; the message names the entry point, what was seen and the remedy."""


def brought(group: str) -> list[EntryPoint]:
    """The entry points of a group by name, not loaded yet. It looks at every installed package: some milliseconds."""
    return sorted(entry_points(group=group), key=lambda entry: entry.name)


def load_entry(entry: EntryPoint) -> Any:
    """What the entry point stands for; PackageError if its module does not load or lacks the name."""
    return load_reference(entry.value, place(entry))


def load_reference(reference: str, where: str) -> Any:
    """What `module:name` stands for; PackageError, which tells `where` it is written, if that cannot be loaded."""
    try:
        return resolve_name(reference)
    except Exception as error:  # a stranger's module may fail in any way
        raise PackageError(
            f"{where} cannot be loaded: {type(error).__name__}: {error}; mend the package that brings it, or uninstall it"
        ) from error


def place(entry: EntryPoint) -> str:
    """The entry point as messages call it, with the package that declares it."""
    package = f" of {entry.dist.name}" if entry.dist else ""
    return f"{entry.name} = {entry.value} (entry point {entry.group}{package})"
