"""What holds for every source file: where imports may go, what is never used, and that what is declared exists."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
OURS = ("flows", "tasks", "prompts")
FILES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
ROOMS = (
    "settings", "records", "text", "tools", "teacher", "answers", "checks", "agents", "kinds", "documents", "steps", "publish",
    "offline",
)  # fmt: skip
"""The rooms of `tasks/`, the ground floor first: one imports only those before it."""
DOORS = {"tasks.teacher.endpoints.offline": "tasks.offline"}
"""The one import that goes up: the endpoint that the offline teacher stands behind."""
BANNED_MODULES = {
    "pickle",
    "cloudpickle",
    "joblib",
    "dill",
    "marshal",
    "shelve",
    "jinja2",
    "mustache",
    "langchain_community",
}
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}
BANNED_NAMES = {"load_prompt", "loads_prompt", "jinja2"}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """Dotted names that a module imports, at its head or inside a function; names of ours down to the module."""
    for node in ast.walk(tree(MODULES[module])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            source = node.module or ""
            for alias in node.names:
                yield f"{source}.{alias.name}" if f"{source}.{alias.name}" in MODULES else source


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def room(module: str) -> str:
    """The room of `tasks/` that a module stands in."""
    return module.split(".")[1] if module.count(".") else ""


def kind(module: str) -> str:
    """The kind of task that a module belongs to; empty if to none."""
    return module.split(".")[2] if within(module, "tasks.kinds") and module.count(".") > 1 else ""


@pytest.mark.xfail(reason="the last arrows back are being turned", strict=False)
def test_imports_go_one_way() -> None:
    wrong = [f"{module} imports {name}" for module in MODULES for name in imports(module) if not allowed(module, name)]
    assert not wrong, "\n".join(sorted(set(wrong)))


def allowed(module: str, name: str) -> bool:
    """Whether a module of ours may import this."""
    if within(name, "tests", "benchmarks", "simulator"):
        return False
    if within(module, "flows"):
        return True
    if within(name, "prefect", "flows") or (within(module, "prompts") and within(name, "tasks")):
        return False
    if not within(name, "tasks") or not within(module, "tasks") or not room(module):
        return True
    if kind(module) and kind(name) and kind(module) != kind(name):
        return False
    return ROOMS.index(room(name)) <= ROOMS.index(room(module)) or DOORS.get(module) == name


def test_every_file_is_in_a_room() -> None:
    assert {room(module) for module in MODULES if within(module, "tasks")} == {"", *ROOMS}


@pytest.mark.parametrize("module", MODULES)
def test_nothing_that_runs_what_it_reads(module: str) -> None:
    for name in imports(module):
        assert name.split(".")[0] not in BANNED_MODULES, f"{module} imports {name}"
        assert not within(name, "langchain_core.load", "langchain.load", "langchain_core.prompts.loading"), (
            f"{module} imports {name}"
        )
    loaders = set(re.findall(r"\b\w+Loader\b", MODULES[module].read_text(encoding="utf-8")))
    safe = loaders <= {"SafeLoader", "CSafeLoader"}
    for node in ast.walk(tree(MODULES[module])):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            place = f"{module}:{node.lineno}: {called}"
            assert called not in BANNED_CALLS, place
            assert not re.fullmatch(
                r"yaml\.(load_all|full_load|unsafe_load)\w*|os\.(system|popen)|torch\.load|pd\.read_pickle", called
            ), place
            assert called != "yaml.load" or (len(node.args) + len(node.keywords) == 2 and safe), place
            assert not any(k.arg == "shell" and not _false(k.value) for k in node.keywords), place
            assert not any(k.arg == "template_format" and not _is(k.value, "f-string") for k in node.keywords), place
            assert not any(k.arg == "allow_pickle" and not _false(k.value) for k in node.keywords), place
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            assert name not in BANNED_NAMES, f"{module}:{node.lineno}: {name}"


def _false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is(node: ast.expr, value: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_long(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 400


def _imported() -> set[tuple[str, str]]:
    """Module and name of whatever one module of ours takes from another: that is what is public."""
    return {
        (node.module or "", alias.name)
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


IMPORTED = _imported()


@pytest.mark.parametrize("module", MODULES)
def test_what_is_public_says_what_it_does(module: str) -> None:
    source = tree(MODULES[module])
    assert not source.body or ast.get_docstring(source), f"{module} has no docstring"
    public = [node for node in source.body if isinstance(node, DEFINITIONS) and (module, node.name) in IMPORTED]
    lacking = [
        f"{node.name} (line {node.lineno})" for node in public if not _trivial(node) and not ast.get_docstring(node)
    ]
    assert not lacking, f"{module}: {', '.join(lacking)}"


def _trivial(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """At most five lines, or nothing but fields, whose names and descriptions speak."""
    fields_only = isinstance(node, ast.ClassDef) and all(isinstance(n, ast.Assign | ast.AnnAssign) for n in node.body)
    return fields_only or (node.end_lineno or 0) - node.body[0].lineno < 5


def test_there_is_no_junk_drawer() -> None:
    assert not [module for module in MODULES if re.search(r"\b(utils?|helpers?|misc|common)\b", module)]


# What is declared


def test_the_command_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"]
    for entry in project["scripts"].values():
        module, _, name = entry.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


def test_every_deployment_has_its_flow() -> None:
    from prefect import Flow

    deployments = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text())["deployments"]
    assert deployments
    for deployment in deployments:
        module, _, name = deployment["entrypoint"].rpartition(".")
        flow = getattr(importlib.import_module(module), name)
        assert isinstance(flow, Flow), deployment["entrypoint"]
        parameters = set(flow.parameters.properties)
        given = [deployment.get("parameters", {}), *(s.get("parameters", {}) for s in deployment.get("schedules", []))]
        assert all(set(values) <= parameters for values in given), deployment["name"]
        flow.validate_parameters(deployment.get("parameters", {}))


def test_the_lock_pins_everything_with_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text and not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links|-e)\b", text, re.M)
    requirements = [
        entry
        for entry in re.split(r"\n(?=\S)", text.replace("\\\n", ""))
        if entry.strip() and not entry.startswith("#")
    ]
    assert len(requirements) > 50
    for entry in requirements:
        name = entry.split()[0]
        assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[A-Za-z0-9.+!_]+", name), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), f"{name} has no hash"
    names = {_normal(entry.split("==")[0]) for entry in requirements}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    assert {_normal(re.split(r"[<>=!~;\[ ]", declaration)[0]) for declaration in declared} <= names


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()
