"""Members of zip and tar files, one at a time, in their order."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from tasks.documents.discover import printable
from tasks.documents.formats import by_name
from tasks.documents.ignored import Ignored
from tasks.documents.sources.member import Member
from tasks.documents.sources.unpacked import bounded
from tasks.records import Rejected

_MOST_LISTED = 64_000_000
"""Bytes of a zip file's list of members, which is held: more than half a million of them."""
_MOST_RATIO = 200
_FREE = 20_000_000
_LINK = ("symlink", "a link inside an archive")
_ODD = ("not_regular", "a pipe or device inside an archive")


def zip_members(stream: BinaryIO, ignored: Ignored) -> Iterator[Member]:
    """The files in a zip; :class:`Rejected` if it is none or unpacks to far more than it is."""
    size = stream.seek(0, 2)
    if _listed(stream, size) > _MOST_LISTED:
        raise Rejected("too_large", "its list of members alone is larger than 64 MB")
    try:
        archive = zipfile.ZipFile(stream)
    except Exception as error:  # damaged fields raise whatever they lead to
        raise Rejected("broken", f"cannot be opened as zip ({type(error).__name__})") from None
    total = sum(entry.file_size for entry in archive.infolist())
    if total > _FREE and total > _MOST_RATIO * size:
        raise Rejected("zip_bomb", f"{size} bytes unpack to {total}")
    left_out: set[str] = set()
    for entry in archive.infolist():
        problem = None
        if stat.S_ISLNK(entry.external_attr >> 16):
            problem = _LINK
        elif entry.flag_bits & 1:
            problem = ("broken", "locked with a password")
        if entry.is_dir() or not (member := _member(entry.filename, ignored, left_out, problem)):
            continue
        if member.problem:
            yield member
            continue
        try:
            opened = archive.open(entry)
        except Exception as error:
            yield Member(member.place, member.form, problem=("broken", f"cannot be unpacked ({type(error).__name__})"))
            continue
        with opened:
            taken = entry.compress_size
            yield Member(member.place, member.form, bounded(opened, lambda: taken))  # noqa: B023  (read before the next)


def tar_members(stream: BinaryIO, ignored: Ignored) -> Iterator[Member]:
    """The files in a tar, which is read once from front to back; :class:`Rejected` from where it is damaged."""
    left_out: set[str] = set()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            while (entry := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # it keeps them all otherwise
                problem = None
                if entry.issym() or entry.islnk():
                    problem = _LINK
                elif not entry.isreg():
                    problem = _ODD
                if entry.isdir() or not (member := _member(entry.name, ignored, left_out, problem)):
                    continue
                opened = None if member.problem else archive.extractfile(entry)
                yield member if opened is None else Member(member.place, member.form, bounded(opened, stream.tell))
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise Rejected("broken", f"cannot be unpacked from here on ({type(error).__name__})") from None


def _member(name: str, ignored: Ignored, left_out: set[str], problem: tuple[str, str] | None) -> Member | None:
    """A member by its name; nothing for a hidden one, and one for all of a folder that is left out."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
        return None
    path = "/".join(parts)
    if found := ignored.of_member(path):
        path, problem = found
        if path in left_out:
            return None
        left_out.add(path)
    return Member(f"!/{printable(path)}", by_name(path), problem=problem)


def _listed(stream: BinaryIO, size: int) -> int:
    """Bytes of a zip file's central directory, as its end says."""
    stream.seek(max(0, size - 65_557))
    end = stream.read()
    place = end.rfind(b"PK\5\6")
    stream.seek(0)
    return int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0
