"""Which files there are: paths, folders, patterns and fsspec URLs become one sorted list."""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tasks.documents.ignored import Ignored, run_directory
from tasks.records import Rejected


def printable(name: str) -> str:
    """Valid, printable Unicode, whatever bytes a name holds."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


EMPTY = "holds no visible file"
"""What is told of a folder or a bucket that is there and holds nothing to read."""


class NothingToRead(ValueError):
    """No file at all is named by what was asked for; the message says what was asked."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or something named or met that is none; then `problem` says why, as reason and detail."""

    uri: str
    """As it stands in records: never an absolute path of this machine, never with credentials."""
    path: str
    size: int = 0
    filesystem: Any = None
    """fsspec's; none for the local disk."""
    problem: tuple[str, str] | None = None
    mime: str = ""
    """What a server says that it is; empty where none does."""


def discover(
    uris: Sequence[str], output: str = "", read_ignored: bool = False, *, may_be_empty: bool = False
) -> list[Found]:
    """Every file that `uris` name, each once, sorted by uri; raises :class:`NothingToRead` if there is none.

    What is there and holds no file is enough if it `may_be_empty`.

    What is left out on the way (see :mod:`tasks.documents.ignored`) is one entry with its problem: the run directory `output`
    and every other, and, unless `read_ignored`, installed and built files and what `.gitignore` files name.
    """
    ignored = Ignored(run_directory(output), read_ignored)
    found: dict[tuple[Any, str], Found] = {}
    missing: list[tuple[str, Found]] = []
    for given in uris:
        some = False
        for item in _remote(given) if _is_url(given) else _local(given, ignored):
            if item.problem and item.problem[0] == "not_found" and item.path == given:
                missing.append((given, item))
            else:
                found.setdefault((item.filesystem, item.path), item)
            some = True
        if not some:
            label = _clean(given) if _is_url(given) else _label(_absolute(given))
            missing.append((given, Found(label, given, problem=("not_found", EMPTY))))
    if not found and not (may_be_empty and any(item.problem == ("not_found", EMPTY) for _, item in missing)):
        asked = "; ".join(f"'{_clean(given)}': {item.problem[1]}" for given, item in missing if item.problem)
        raise NothingToRead(f"nothing to read: {asked or 'no path, folder, pattern or URL was given'}")
    return sorted([*found.values(), *(item for _, item in missing)], key=lambda item: (item.uri, item.path))


@contextmanager
def open_file(found: Found) -> Iterator[BinaryIO]:
    """The file's bytes; :class:`Rejected` as `unreadable`, `not_found` or `not_regular` if it cannot be read."""
    # fsspec's backends raise whatever their libraries do.
    failures = OSError if found.filesystem is None else Exception
    try:
        with _open(found) as stream:
            yield stream
    except Rejected:
        raise
    except failures as error:
        raise Rejected(*_why(error)) from None


def _open(found: Found) -> BinaryIO:
    if found.filesystem is not None:
        stream: BinaryIO = found.filesystem.open(found.path, "rb")
        return stream
    # Without blocking and never through a link: what was a file when listed may be something else by now.
    handle = os.open(found.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Rejected("not_regular", "a pipe, socket or device")
    return os.fdopen(handle, "rb")


def _why(error: Exception) -> tuple[str, str]:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "symlink_loop", "a symbolic link that leads to itself"
    if isinstance(error, FileNotFoundError):
        return "not_found", "does not exist"
    return "unreadable", (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


# The local disk


def _local(given: str, ignored: Ignored) -> Iterator[Found]:
    path = _absolute(given)
    if given and os.path.lexists(path):  # an empty name is not the working directory
        yield from _tree(given, path, _label(path), ignored)
    elif glob.has_magic(given):
        parts = Path(path).parts
        magic = next(i for i, part in enumerate(parts) if glob.has_magic(part))
        base = str(Path(*parts[:magic]))
        left_out: dict[str, tuple[str, str]] = {}
        matches = sorted(set(_expand(base, parts[magic:], ignored, left_out)))
        for folder, problem in left_out.items():
            yield Found(_label(folder, base), folder, problem=problem)
        if not matches:
            yield Found(_label(path), given, problem=("not_found", "nothing matches the pattern"))
        for match in matches:
            yield from _tree(match, match, _label(match, base), ignored)
    else:
        yield Found(_label(path), given, problem=("not_found", "does not exist"))


def _absolute(given: str) -> str:
    return os.path.abspath(os.path.expanduser(given.removeprefix("file://")))


def _label(path: str, root: str = "") -> str:
    """The public name: relative to the working directory if below it, else from the root's own name on."""
    here = os.getcwd()
    for base in (here, os.path.dirname(root or path)):
        if path == base:
            return ""
        if path.startswith(base.rstrip("/") + "/"):
            return _clean(os.path.relpath(path, base))
    return _clean(os.path.basename(path))


def _clean(name: str) -> str:
    """Printable; a URL without credentials and query."""
    if _is_url(name):
        name = re.sub(r"://[^/]*@", "://", name)
        name = re.sub(r"[?#].*", "", name, flags=re.DOTALL) if name.startswith("http") else name
    return printable(name)


def _expand(base: str, parts: Sequence[str], ignored: Ignored, left_out: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Paths that match a pattern; like the walk, it enters no linked folder, and hidden entries only by name.

    Folders that are left out, with their reasons, are put into `left_out`.
    """
    if not parts:
        yield base
        return
    part, rest = parts[0], parts[1:]
    if not glob.has_magic(part):
        if os.path.lexists(path := os.path.join(base, part)):
            yield from _expand(path, rest, ignored, left_out)
        return
    if part == "**":
        yield from _expand(base, rest, ignored, left_out)
    try:
        with os.scandir(base) as entries:
            names = [(e.name, e.is_dir(follow_symlinks=False)) for e in entries]
    except OSError:
        return
    if own := ignored.of_folder(base, [name for name, _ in names]):
        left_out[base] = own
        return
    for name, is_folder in names:
        if part == "**" and is_folder and (why := ignored.of_entry(os.path.join(base, name), True, ())):
            left_out[os.path.join(base, name)] = why
            continue
        hidden = name.startswith(".") and not part.startswith(".")
        if part == "**" and is_folder and not hidden:
            yield from _expand(os.path.join(base, name), parts, ignored, left_out)
        elif part != "**" and fnmatch.fnmatchcase(name, part) and not hidden and (is_folder or not rest):
            yield from _expand(os.path.join(base, name), rest, ignored, left_out)


def _tree(given: str, path: str, label: str, ignored: Ignored) -> Iterator[Found]:
    """The file at `path`, or all visible files below it. A link is followed at the top only, where it was asked for."""
    try:
        info = os.stat(path)
        top = os.path.realpath(path)
    except OSError as error:
        yield Found(label, given, problem=_why(error))
        return
    if not stat.S_ISDIR(info.st_mode):
        yield _file(top, label, info)
        return
    folders = [(top, label, ignored.rules_above(top))]
    while folders:
        folder, name, rules = folders.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError as error:
            yield Found(name, folder, problem=_why(error))
            continue
        names = [entry.name for entry in listed]
        if own := ignored.of_folder(folder, names):
            yield Found(name, folder, problem=own)
            continue
        rules = [*rules, *ignored.rules_in(folder, names)]
        for entry in (entry for entry in listed if not entry.name.startswith(".")):
            below = f"{name}/{_clean(entry.name)}".lstrip("/")
            try:
                info = entry.stat(follow_symlinks=False)
            except OSError as error:
                yield Found(below, entry.path, problem=_why(error))
                continue
            if left_out := ignored.of_entry(entry.path, stat.S_ISDIR(info.st_mode), rules):
                yield Found(below, entry.path, problem=left_out)
            elif stat.S_ISDIR(info.st_mode):
                folders.append((entry.path, below, rules))
            elif not stat.S_ISLNK(info.st_mode):
                yield _file(entry.path, below, info)
            elif problem := _link(entry.path, top):
                yield Found(below, entry.path, problem=problem)


def _file(path: str, label: str, info: os.stat_result) -> Found:
    problem = None if stat.S_ISREG(info.st_mode) else ("not_regular", "a pipe, socket or device")
    return Found(label, path, info.st_size, problem=problem)


def _link(path: str, top: str) -> tuple[str, str] | None:
    """Why a link inside a folder is not read; nothing if its target lies in that folder and is read there."""
    try:
        target = os.path.realpath(path, strict=True)
    except OSError as error:
        return _why(error)
    if target == top or target.startswith(top.rstrip("/") + "/"):
        return None
    return "symlink", "leads out of the folder; name its target to read it"


# Everything else, through fsspec


def _is_url(given: str) -> bool:
    return "://" in given and not given.startswith("file://")


def _remote(given: str) -> Iterator[Found]:
    try:
        import fsspec

        filesystem, path = fsspec.core.url_to_fs(given)
        base = re.split(r"[*\[]", path)[0]  # a question mark starts a query
        found = filesystem.glob(path, detail=True) if base != path else {path: filesystem.info(path)}
        for top, entry in list(found.items()):
            if entry.get("type") == "directory":
                del found[top]
                found |= filesystem.find(top, detail=True)
    except Exception as error:
        reason, detail = _why(error)
        detail = f"{detail}; {error}" if isinstance(error, ImportError) else detail
        yield Found(
            _clean(given),
            given,
            problem=("not_found", detail if reason != "unreadable" else f"cannot be listed: {detail}"),
        )
        return
    for name, entry in found.items():
        if any(part.startswith(".") for part in name[len(base) :].split("/")):
            continue
        uri = _clean(name if "://" in name else filesystem.unstrip_protocol(name))
        mime = entry.get("mimetype") or entry.get("ContentType") or entry.get("contentType") or ""
        yield Found(uri, name, entry.get("size") or 0, filesystem, mime=str(mime))
