"""Code by what it does: a hash of modules, and of all that they import, which comments and docstrings leave alone."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Read by patterns: Python's own parser is slower by far, and until 3.12 not safe to be used by two threads at once.
_TOKEN = re.compile(
    r"(?P<text>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    r"|(?P<comment>#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])",
    re.S,
)
_MODEL = re.compile(r"^[ \t]*class \w+\([^\n]+:[ \t]*\n[ \t]*\Z", re.M)
"""The head of a class with a base, up to its docstring: a schema's description, which a model reads."""
_FROM = re.compile(r"^[ \t]*from ([\w.]+) import (?:\(([^)]*)\)|([^\n(]+))", re.M)
_IMPORT = re.compile(r"^[ \t]*import ([\w., ]+)", re.M)
_ATTRIBUTE = re.compile(r"\b(?=(\w+)\.(\w+))")
_CALL = re.compile(r"\b(\w+)\(")


@dataclass(frozen=True)
class SourceCode:
    """What a module does, which of our modules and of its own package's it imports, and the names that it reads and calls."""

    digest: str
    imports: frozenset[str]
    attributes: frozenset[tuple[str, str]]
    """`(owner, name)` for each `owner.name` in it, such as ("settings", "language") for `run.settings.language`."""
    calls: frozenset[str]


def closure(roots: Iterable[str], follow: Callable[[str], bool]) -> dict[str, SourceCode]:
    """These modules and all that they import, directly or not, as far as `follow` says of a module's name."""
    found: dict[str, SourceCode] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found and (path := path_of(name)) is not None:
            found[name] = source_of(path, name.partition(".")[0])
            waiting += [imported for imported in found[name].imports if follow(imported)]
    return dict(sorted(found.items()))


@cache
def path_of(module: str) -> Path | None:
    """The file of a module; None if it is none of Python's source files. Nothing is imported to find it."""
    top, *below = module.split(".")
    known = sys.modules.get(top)
    spec = known.__spec__ if known is not None else find_spec(top)
    if spec is None:
        return None
    if not below:
        return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else None
    for place in spec.submodule_search_locations or ():
        for file in (os.path.join(place, *below) + ".py", os.path.join(place, *below, "__init__.py")):
            if os.path.exists(file):
                return Path(file)
    return None


@cache
def source_of(path: Path, package: str) -> SourceCode:
    """The module in this file; `package` is the top-level package whose modules count as imports beside ours."""
    code = bare_code(path.read_text(encoding="utf-8"))
    return SourceCode(
        digest=_digest(code),
        imports=frozenset(name for name in _imported(code) if name.partition(".")[0] in (package, "tasks")),
        attributes=frozenset(_ATTRIBUTE.findall(code)),
        calls=frozenset(_CALL.findall(code)),
    )


def bare_code(code: str) -> str:
    """The code without comments, empty lines and texts that stand for themselves; a model's docstring stays."""
    kept: list[str] = []
    depth, start = 0, 0
    for token in _TOKEN.finditer(code):
        depth += bool(token["open"]) - bool(token["close"])
        before = code[code.rfind("\n", 0, token.start()) + 1 : token.start()]
        alone = (
            bool(token["text"])
            and not depth
            and not before.strip()
            and code[token.end() : token.end() + 1] in ("", "\n")
        )
        if token["comment"] or (alone and not _MODEL.search(code, max(0, token.start() - 400), token.start())):
            kept.append(code[start : token.start()].rstrip(" \t"))
            start = token.end()
    kept.append(code[start:])
    return re.sub(r"[ \t]*\n\s*?(?=\n)", "", "".join(kept)).strip()


def _imported(code: str) -> Iterator[str]:
    for found in _FROM.finditer(code):
        for part in (found[2] or found[3]).split(","):
            name = part.strip().partition(" ")[0]
            if name:
                whole = f"{found[1]}.{name}"
                yield whole if path_of(whole) else found[1]
    for found in _IMPORT.finditer(code):
        yield from (part.strip().partition(" ")[0] for part in found[1].split(","))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def sources_digest(folder: Path) -> str:
    """A hash of what all modules below a folder do."""
    parts = [_digest(bare_code(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.py"))]
    return hashlib.sha256("".join(parts).encode()).hexdigest()
