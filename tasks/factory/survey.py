"""What is there now beside what the registry knows: files that are new, changed, unchanged and gone."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import fsspec

from tasks.documents.discover import Found, open_file
from tasks.factory.registry import File, Registry
from tasks.records import Rejected, digest

_SETTLED_NS = 2_000_000_000
"""A file that was touched less long ago may change again within one tick of the disk's clock: its stamp proves nothing."""
_STAMPS = ("ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "LastModified", "last_modified", "mtime", "updated")
"""What the file systems of fsspec call that which changes with a file."""
_LEFT_OUT = {"own_output", "ignored", "not_regular", "symlink", "symlink_loop"}
"""Problems of files that nobody meant as documents."""


@dataclass(frozen=True)
class Fresh:
    """A file whose content the factory has not taken in yet."""

    found: Found
    key: str
    sha256: str
    stamp: str
    changed: bool
    """Whether its place was known, with other content."""


@dataclass
class Survey:
    """What a listing of the documents came to."""

    fresh: list[Fresh] = field(default_factory=list)
    unchanged: int = 0
    withdrawn: int = 0
    """Files that are there and must not be read."""
    gone: int = 0
    """Files that were there when last listed, or before, and are not."""
    unreadable: list[Found] = field(default_factory=list)
    """What was named or met and could not be read; while there is any, no file counts as newly gone."""


def key_of(found: Found) -> str:
    """Stands for the place of a file, whatever the working directory."""
    protocol = getattr(found.filesystem, "protocol", "file")
    return digest(protocol, found.path)[:20]


def key_at(place: str) -> str:
    """The key of the file that is, or was, at a path or URL; of what is neither, one that no file has."""
    if "://" in place and not place.startswith("file://"):
        filesystem, path = fsspec.core.url_to_fs(place)
        return key_of(Found(place, path, filesystem=filesystem))
    return key_of(Found(place, os.path.realpath(os.path.expanduser(place.removeprefix("file://")))))


def survey(files: Sequence[Found], registry: Registry, withdrawn: Collection[str]) -> Survey:
    """Compare the files with the registry, which learns of new places, new stamps and files that are gone or back."""
    result = Survey()
    contents = {(known.sha256, _suffix(known.uri)): known for known in registry.files.values()}
    there = set[str]()
    for found in files:
        if found.problem:
            if found.problem[0] not in _LEFT_OUT:
                result.unreadable.append(found)
            continue
        there.add(key := key_of(found))
        if key in withdrawn:
            result.withdrawn += 1
        elif (fresh := _fresh(found, key, registry, contents, result)) is not None:
            result.fresh.append(fresh)
        else:
            result.unchanged += 1
    for key, file in registry.files.items():
        gone = key not in there and (file.gone or not result.unreadable)
        registry.files[key] = file if file.gone == gone else file.model_copy(update={"gone": gone})
        result.gone += gone
    return result


def _fresh(
    found: Found, key: str, registry: Registry, contents: dict[tuple[str, str], File], result: Survey
) -> Fresh | None:
    """The file, if its content is not known from here or from elsewhere."""
    known = registry.files.get(key)
    stamp = _stamp(found)
    if known is not None and stamp and known.stamp == stamp:
        return None
    try:
        with open_file(found) as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except Rejected as problem:
        result.unreadable.append(Found(found.uri, found.path, problem=(problem.reason, problem.detail)))
        return None
    if known is not None and known.sha256 == sha256:
        registry.files[key] = known.model_copy(update={"stamp": stamp})
        return None
    if copy := contents.get((sha256, _suffix(found.uri))):
        registry.files[key] = copy.model_copy(update={"uri": found.uri, "stamp": stamp, "gone": False})
        return None
    return Fresh(found, key, sha256, stamp, changed=known is not None)


def _suffix(uri: str) -> str:
    """How the name ends, which has a say in how the file is read."""
    return os.path.splitext(uri)[1].lower()


def _stamp(found: Found) -> str:
    try:
        if found.filesystem is None:
            info = os.stat(found.path)
            if time.time_ns() - max(info.st_ctime_ns, info.st_mtime_ns) < _SETTLED_NS:
                return ""
            return f"{info.st_size}-{info.st_mtime_ns}-{info.st_ctime_ns}-{info.st_ino}"
        facts = found.filesystem.info(found.path)
    except Exception:  # fsspec's backends raise whatever their libraries do; then the bytes are read
        return ""
    marks = [str(facts[name]) for name in _STAMPS if facts.get(name)]
    return digest(facts.get("size"), marks)[:20] if marks else ""
