"""Function descriptions from source code: Python by its syntax tree, other languages by their signatures."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

from tasks.offline.tools.api import Api, api, parameter, snake

_TYPES = {
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "bytes": "string", "complex": "number",
    "list": "array", "tuple": "array", "set": "array", "frozenset": "array", "sequence": "array", "iterable": "array",
    "collection": "array", "iterator": "array", "dict": "object", "mapping": "object", "mutablemapping": "object",
}  # fmt: skip
_SECTION = re.compile(r"^\s*(?:Args|Arguments|Parameters|Returns|Raises|Yields|Examples?)\s*:?\s*$")
_PARAM = re.compile(r"^\s*(?::param(?:\s+\w+)?\s+(\w+)\s*:|\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:)\s*(\S.*)$")


def functions(code: str) -> list[Api]:
    """The public functions and methods of Python code; nothing if it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[Api] = []
    own = {node.name.lower() for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _function(node, method=False, own=own)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    found += _function(inner, method=not _static(inner), own=own)
    return found


def _static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, method: bool, own: set[str]) -> list[Api]:
    if node.name.startswith("_") or len(node.name) < 3:
        return []
    doc = ast.get_docstring(node) or ""
    told = _told(doc)
    positional = [*node.args.posonlyargs, *node.args.args][1 if method else 0 :]
    total = len(positional) + len(node.args.kwonlyargs)
    plain = len(positional) - len(node.args.defaults)
    parameters = []
    for i, argument in enumerate([*positional, *node.args.kwonlyargs]):
        if argument.annotation is not None and _name(argument.annotation) in own:
            continue  # the program's own state, which no caller states in words
        keyword = i - len(positional)
        default = i >= plain if keyword < 0 else node.args.kw_defaults[keyword] is not None
        kind, enum, optional = _kind(argument.annotation)
        parameters.append(parameter(argument.arg, kind, told.get(argument.arg, ""), not (default or optional), enum))
    if total and not parameters:
        return []
    return [api(snake(node.name), _first(doc, node.name), parameters, _returns(node))]


def _first(doc: str, name: str) -> str:
    sentence = re.split(r"(?<=[.!?])\s|\n\s*\n", doc.strip(), maxsplit=1)[0]
    sentence = " ".join(sentence.split())
    return sentence if len(sentence.split()) > 1 else f"{snake(name).replace('_', ' ').capitalize()}."


def _told(doc: str) -> dict[str, str]:
    found = {}
    for line in doc.splitlines()[1:]:
        if not _SECTION.match(line) and (m := _PARAM.match(line)):
            found[m[1] or m[2]] = m[3].strip()
    return found


def _kind(annotation: ast.expr | None) -> tuple[str, list[str], bool]:
    """JSON type, allowed values, and whether nothing is allowed too."""
    if annotation is None:
        return "string", [], False
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _kind(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return "string", [], False
    if isinstance(annotation, ast.BinOp):
        sides = [annotation.left, annotation.right]
        real = [s for s in sides if not (isinstance(s, ast.Constant) and s.value is None)]
        kind, enum, optional = _kind(real[0]) if real else ("string", [], True)
        return kind, enum, optional or len(real) < 2
    if isinstance(annotation, ast.Subscript):
        outer = _name(annotation.value)
        if outer == "literal":
            parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            values = [p.value for p in parts if isinstance(p, ast.Constant)]
            return "string", [v for v in values if isinstance(v, str)], False
        if outer in ("optional", "union", "annotated"):
            inner = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
            kind, enum, _ = _kind(inner)
            return kind, enum, outer == "optional"
        return _TYPES.get(outer, "object"), [], False
    return _TYPES.get(_name(annotation), "string"), [], False


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    return node.id.lower() if isinstance(node, ast.Name) else ""


def _returns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[dict[str, Any]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Dict):
            keys = [k.value for k in inner.value.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
            if keys:
                return [parameter(k, "string") for k in keys]
    if node.returns is None or (isinstance(node.returns, ast.Constant) and node.returns.value is None):
        return [parameter("done", "boolean")]
    return [parameter("result", _kind(node.returns)[0])]


_OTHER = {
    "string": "string", "str": "string", "&str": "string", "char*": "string", "text": "string", "int":
    "integer", "i32": "integer", "i64": "integer", "u32": "integer", "u64": "integer", "usize": "integer",
    "long": "integer", "int64": "integer", "int32": "integer", "uint": "integer", "size_t": "integer", "short":
    "integer", "float": "number", "double": "number", "f32": "number", "f64": "number", "float64": "number",
    "number": "number", "decimal": "number", "bool": "boolean", "boolean": "boolean",
}  # fmt: skip
_NAME_FIRST = re.compile(
    r"^[ \t]*(?:export\s+(?:default\s+)?(?:async\s+)?function|(?:async\s+)?function|func(?:\s*\([^)\n]*\))?|"
    r"pub(?:\([a-z]+\))?\s+(?:async\s+)?fn|fun|def)\s+"
    r"([A-Za-z]\w{2,60})\s*(?:<[^<>\n]*>)?\s*\(([^()]{0,600})\)",
    re.MULTILINE,
)
_TYPE_FIRST = re.compile(
    r"^[ \t]*(?:public\s+|extern\s+|static\s+|final\s+|async\s+|"
    r"const\s+)*([A-Za-z][\w<>\[\]]{0,40}[ *]+)([A-Za-z]\w{2,60})\s*\(([^()]{0,600})\)\s*(?:throws\s+\w+\s*)?[{;]",
    re.MULTILINE,
)
_DECLARED = re.compile(
    r"^[ \t]*(?:export\s+|pub\s+|public\s+)*(?:interface|class|struct|record|"
    r"type)\s+([A-Z]\w*)(?![^\n]*=\s*(?:string|number))",
    re.MULTILINE,
)
_NOT_A_TYPE = {
    "return", "else", "new", "throw", "case", "delete", "goto", "await", "yield", "if", "while", "for", "switch",
}  # fmt: skip
_COMMENT = re.compile(
    r"(?:^[ \t]*(?://[/!]?|\*|#|/\*\*?)[ \t]?([^\n]*?)(?:\*/)?[ \t]*\n)+[ \t]*(?:\*/[ \t]*\n)?[ \t]*\Z", re.MULTILINE
)


def signatures(code: str) -> list[Api]:
    """The functions whose signatures stand in code in the manner of JavaScript, Go, Rust, Kotlin, Java or C."""
    found = []
    own = set(_DECLARED.findall(code))
    for m in _NAME_FIRST.finditer(code):
        found.append((m.start(), m[1], m[2], [_name_then_type(p) for p in _split(m[2], own)]))
    for m in _TYPE_FIRST.finditer(code):
        if m[1].split("<")[0].strip(" *") not in _NOT_A_TYPE:
            found.append((m.start(), m[2], m[3], [_type_then_name(p) for p in _split(m[3], own)]))
    made = []
    for at, name, declared, parameters in sorted(found, key=lambda f: f[0]):
        known = [p for p in parameters if p["name"] not in ("self", "this", "ctx", "void")]
        if declared.strip() and not known:
            continue  # it takes only the program's own objects
        if not name.startswith("_") and all(re.fullmatch(r"[A-Za-z_]\w*", p["name"]) for p in known) and name != "main":
            made.append(api(snake(name), _above(code, at, name), known, [parameter("result")]))
    return made


def _split(parameters: str, own: set[str]) -> list[str]:
    flat = re.sub(r"<[^<>]*>|\{[^{}]*\}", "", " ".join(parameters.split()))
    parts = [p.strip() for p in flat.split(",") if p.strip()]
    spoken = [p for p in parts if not own & set(re.findall(r"\w+", p.partition("=")[0]))]
    return [p for p in spoken if not p.startswith(("&self", "&mut self", "self", "..."))]


def _other(kind: str) -> str:
    kind = kind.strip().lower()
    if kind.endswith("[]") or kind.startswith(("[]", "vec", "list", "array", "&[")):
        return "array"
    if kind.startswith(("map", "dict", "record", "hashmap")):
        return "object"
    return _OTHER.get(kind.replace("const ", "").replace("&", "").replace(" ", ""), "string")


def _name_then_type(part: str) -> dict[str, Any]:
    head, _, default = part.partition("=")
    m = re.match(r"(?:mut\s+|\.\.\.)?([A-Za-z_]\w*)(\?)?\s*:?\s*(.*)", head.strip())
    name, optional, kind = (m[1], bool(m[2]), m[3]) if m else (head.strip(), False, "")
    kind = kind or _literal(default.strip())
    return parameter(name, _other(kind), required=not (optional or default))


def _literal(default: str) -> str:
    return "bool" if default in ("true", "false") else ("number" if re.fullmatch(r"-?[\d_.]+", default) else "")


def _type_then_name(part: str) -> dict[str, Any]:
    head, _, default = part.partition("=")
    words = head.replace("*", " * ").split()
    name, kind = (words[-1], " ".join(words[:-1])) if words else ("", "")
    kind = "string" if "char *" in kind else kind.replace("final ", "").replace("const ", "").strip(" *")
    return parameter(name.rstrip("[]"), _other(kind), required=not default)


def _above(code: str, at: int, name: str) -> str:
    m = _COMMENT.search(code[max(0, at - 600) : at])
    lines = (
        [re.sub(r"^[ \t]*(?://[/!]?|/\*\*?|\*|#)[ \t]?|\*/", "", line).strip() for line in m[0].splitlines()]
        if m
        else []
    )
    said = " ".join(line for line in lines if line and not line.startswith("@"))
    said = re.sub(rf"^{re.escape(name)}\s+", "", said)
    return _first(said[:1].upper() + said[1:], name)
