"""Code as data: what it defines, its empty stub, whether two pieces are one but for their comments. Nothing is run here."""

from __future__ import annotations

import ast
import re
import warnings

ALIASES = {
    "python": ("python", "py", "python3", "pycon"),
    "javascript": ("javascript", "js", "node", "mjs"),
    "bash": ("bash", "sh", "shell", "zsh"),
    "perl": ("perl", "pl"),
    "sql": ("sql", "sqlite", "sqlite3"),
}
"""Language -> the names that a code fence may give it."""
_DEFINES = {
    "javascript": re.compile(r"\b(?:function\*?|class|const|let|var)\s+([A-Za-z_$][\w$]*)"),
    "bash": re.compile(r"^\s*(?:function\s+)?([A-Za-z_]\w*)\s*(?:\(\s*\))?\s*\{|^([A-Z_]+)=", re.M),
    "perl": re.compile(r"\b(?:sub|package)\s+([A-Za-z_]\w*)"),
}
_STUBS = {"javascript": "function {name}() {{}}", "bash": "{name}() {{ :; }}", "perl": "sub {name} {{ }}"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def tree(code: str) -> ast.Module | None:
    """The syntax tree of Python code; None if it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def defined(code: str, language: str) -> set[str]:
    """The names that the code defines at its top level, as far as its language shows them."""
    if language != "python":
        pattern = _DEFINES.get(language)
        return {name for m in pattern.finditer(code) for name in m.groups() if name} if pattern else set()
    found: set[str] = set()
    for node in parsed.body if (parsed := tree(code)) else []:
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)} if target else set()
    return found


def stub(code: str, language: str, names: list[str]) -> str:
    """The code without its substance: what it defines is there, does nothing and gives nothing back."""
    if language != "python":
        return "\n".join(_STUBS.get(language, "").format(name=name) for name in names)
    parsed = tree(code)
    if parsed is None:
        return ""
    kept: list[ast.stmt] = []
    for node in parsed.body:
        if isinstance(node, ast.Import | ast.ImportFrom | Function | ast.ClassDef):
            kept.append(_emptied(node))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            kept.append(ast.Assign(targets=_targets(node), value=ast.Constant(value=""), lineno=node.lineno))
    return ast.unparse(ast.Module(body=kept, type_ignores=[]))


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _emptied(node: ast.stmt) -> ast.stmt:
    for part in ast.walk(node):
        if isinstance(part, Function):
            part.body, part.decorator_list, part.returns = [ast.Return(value=ast.Constant(value=None))], [], None
    return node


def same_but_comments(one: str, other: str) -> bool:
    """Whether two pieces of Python are the same but for comments, docstrings, annotations and layout."""
    first, second = tree(one), tree(other)
    return first is not None and second is not None and _bare(first) == _bare(second)


def _bare(parsed: ast.Module) -> str:
    for node in ast.walk(parsed):
        if isinstance(node, Function):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, Function | ast.ClassDef | ast.Module):
            body = [s for s in node.body if not _inert(s)]
            node.body = [_unannotated(s) for s in body] or [ast.Pass()]
    return ast.dump(parsed)


def _inert(node: ast.stmt) -> bool:
    """Whether a statement is a docstring, a bare declaration, a pass, or an import that annotations need."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    declared = isinstance(node, ast.AnnAssign) and node.value is None
    needed = isinstance(node, ast.ImportFrom) and node.module in ("__future__", "typing", "collections.abc")
    return text or declared or needed or isinstance(node, ast.Pass)


def _unannotated(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
    return node


def documented(code: str) -> int:
    """How many docstrings and comments Python code has."""
    parsed = tree(code)
    if parsed is None:
        return 0
    places = [n for n in ast.walk(parsed) if isinstance(n, Function | ast.ClassDef | ast.Module)]
    return sum(ast.get_docstring(n) is not None for n in places) + len(re.findall(r"(?m)(?:^|\s)#", code))


def annotated(code: str) -> int:
    """How many annotations Python code has."""
    parsed = tree(code)
    nodes = list(ast.walk(parsed)) if parsed else []
    return sum(
        (isinstance(n, ast.arg) and n.annotation is not None)
        or isinstance(n, ast.AnnAssign)
        or (isinstance(n, Function) and n.returns is not None)
        for n in nodes
    )
