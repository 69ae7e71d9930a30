"""Names and attributes in Python code that nothing binds: what would fail as soon as it is reached. Nothing is run here."""

from __future__ import annotations

import abc
import ast
import builtins
import collections
import datetime
import decimal
import enum
import fractions
import functools
import random
import re
from collections.abc import Iterable, Iterator

from tasks.kinds.coding.source import Function, tree

_PLAIN_MODULES = frozenset({
    "__future__", "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools",
    "heapq", "itertools", "json", "math", "operator", "random", "re", "statistics", "string", "typing",
})  # fmt: skip
_KINDS: tuple[type, ...] = (
    object, str, bytes, int, float, complex, list, tuple, dict, set, frozenset, range, slice, memoryview, type, staticmethod,
    BaseException, SyntaxError, OSError, StopIteration, UnicodeError, KeyError, re.Pattern, re.Match, abc.ABCMeta, enum.Enum,
    collections.Counter, collections.deque, collections.OrderedDict, collections.defaultdict, random.Random, functools.partial,
    datetime.datetime, datetime.timedelta, datetime.timezone, decimal.Decimal, fractions.Fraction, type(lambda: 0),
    type((lambda: (yield))()),
)  # fmt: skip
ATTRIBUTES = frozenset(name for kind in _KINDS for name in dir(kind))
"""What values of Python itself and of its plain modules can be asked for."""


def unbound(code: str, known: Iterable[str] = ()) -> set[str]:
    """The names that Python code reads and nothing binds, and attributes that no plain value has; `known` are bound elsewhere.

    Attributes are looked at only where no module is imported but the plain ones of the standard library.
    """
    parsed = tree(code)
    if parsed is None:
        return set()
    nodes = list(ast.walk(parsed))
    imports = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    if any(isinstance(n, ast.ImportFrom) and any(a.name == "*" for a in n.names) for n in imports):
        return set()
    bound = {*dir(builtins), "__name__", "__file__", *known}
    for node in nodes:
        bound |= set(_binds(node))
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)} - bound
    modules = {a.name.split(".")[0] for n in imports if isinstance(n, ast.Import) for a in n.names}
    modules |= {(n.module or "").split(".")[0] for n in imports if isinstance(n, ast.ImportFrom)}
    if modules <= _PLAIN_MODULES:
        through = {a.asname or a.name for n in imports for a in n.names}
        asked = (n for n in nodes if isinstance(n, ast.Attribute) and not _goes_through(n.value, through))
        made = {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
        read |= {n.attr for n in asked} - ATTRIBUTES - bound - made
    return read


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that a node gives a value to."""
    if isinstance(node, Function | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name is not None:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        yield node.value  # fields of a named tuple, slots, names given to setattr


def _goes_through(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression starts from one of these names."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in names
