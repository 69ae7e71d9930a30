"""What holds for every source file: where imports may go, what is never used, and that what is declared exists."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
OURS = ("flows", "tasks", "prompts")
BESIDE = ("simulator", "benchmarks", "tests")
"""What is not installed; each imports what stands before it."""


def modules_in(*folders: str) -> dict[str, Path]:
    """Dotted name -> file."""
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


MODULES = modules_in(*OURS)
OUTSIDE = modules_in(*BESIDE)
ROOMS = (
    "settings", "records", "text", "tools", "teacher", "answers", "checks", "agents", "kinds", "documents", "steps", "publish",
    "curation", "factory", "training", "evaluation", "offline",
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
TEMPLATES = {"tasks.publish.export.chat_template": "jinja2"}
"""The one module that renders templates of strangers, those of models: there is no other language for them. It does so in
jinja2's sandbox, and what documents and models wrote only ever enters as variables."""
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}
BANNED_LOADERS = r"yaml\.(load_all|full_load|unsafe_load)\w*|os\.(system|popen)|torch\.load|pd\.read_pickle"
ALONE = {"shell": False, "template_format": "f-string", "allow_pickle": False}
"""Argument -> the one value that it may be given."""
BANNED_NAMES = {"load_prompt", "loads_prompt", "jinja2"}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def source(module: str) -> str:
    return (MODULES | OUTSIDE)[module].read_text(encoding="utf-8")


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(source(module))


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(module)))


def imports(module: str) -> Iterator[str]:
    """Dotted names that a module imports, at its head or inside a function; names of ours down to the module."""
    for node in nodes(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES or full in OUTSIDE else node.module or ""


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def room(module: str) -> str:
    """The room of `tasks/` that a module stands in."""
    return module.split(".")[1] if module.count(".") else ""


def kind(module: str) -> str:
    """The kind of task that a module belongs to; empty if to none."""
    return module.split(".")[2] if within(module, "tasks.kinds") and module.count(".") > 1 else ""


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


def heads(module: str) -> Iterator[str]:
    """The modules of ours that must be there before a module can be: what it imports at its head, not for types alone."""
    waiting = list(tree(module).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If):
            waiting += [] if ast.unparse(node.test) == "TYPE_CHECKING" else [*node.body, *node.orelse]
        elif isinstance(node, ast.Try):
            waiting += node.body
        elif isinstance(node, ast.ImportFrom):
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module or "" for name in full)


def test_no_module_waits_for_itself() -> None:
    needs = {module: {name for name in heads(module) if name in MODULES} - {module} for module in MODULES}
    while free := {module for module, waits in needs.items() if not waits}:
        needs = {module: waits - free for module, waits in needs.items() if module not in free}
    assert not needs, f"these import each other in a circle: {', '.join(sorted(needs))}"


def test_only_steps_know_the_steps() -> None:
    from tasks.steps.pipeline import PIPELINE

    agents = {"instruct", "respond"}  # who asks the author and who answers are called like the step that asks them
    names = {step.name for step in PIPELINE} - agents
    wrong = [
        f"{module}:{node.lineno}: {node.value}"
        for module in MODULES
        if within(module, "tasks") and room(module) not in ("steps", "offline")
        for node in nodes(module)
        if isinstance(node, ast.Constant) and node.value in names and not _part_of_kind(module)
    ]
    assert not wrong, "\n".join(wrong)


def _part_of_kind(module: str) -> bool:
    """Whether a kind says there which of its parts search, by the names of `Kind`'s fields."""
    return within(module, "tasks.kinds") and module.count(".") == 2


def test_every_file_is_in_a_room() -> None:
    assert {room(module) for module in MODULES if within(module, "tasks")} == {"", *ROOMS}


def test_tests_use_benchmarks_and_both_use_the_simulator() -> None:
    wrong = [
        f"{module} imports {name}"
        for module in OUTSIDE
        for name in imports(module)
        if within(name, *BESIDE[BESIDE.index(module.split(".")[0]) + 1 :])
    ]
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_nothing_that_runs_what_it_reads() -> None:
    wrong = [place for module in MODULES for place in _dangers(module)]
    assert not wrong, "\n".join(wrong)


def _dangers(module: str) -> Iterator[str]:
    """Where a module does what could run a stranger's text."""
    for name in imports(module):
        loading = within(name, "langchain_core.load", "langchain.load", "langchain_core.prompts.loading")
        top = name.split(".")[0]
        if loading or (top in BANNED_MODULES and TEMPLATES.get(module) != top):
            yield f"{module} imports {name}"
    safe = set(re.findall(r"\b\w+Loader\b", source(module))) <= {"SafeLoader", "CSafeLoader"}
    for node in nodes(module):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if (
                called in BANNED_CALLS
                or re.fullmatch(BANNED_LOADERS, called)
                or (called == "yaml.load" and not (len(node.args) + len(node.keywords) == 2 and safe))
                or any(not _is(k.value, ALONE[k.arg]) for k in node.keywords if k.arg in ALONE)
            ):
                yield f"{module}:{node.lineno}: {called}"
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in BANNED_NAMES:
                yield f"{module}:{node.lineno}: {name}"


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def test_time_is_measured_by_benchmarks() -> None:
    clocks = re.compile(r"\b(thread_time|process_time|perf_counter|timeit|loop\.time)\b")
    timed = [name for name in OUTSIDE if within(name, "tests") and clocks.search(source(name))]
    assert [name for name in timed if name not in {"tests.growth", __name__}] == []


def test_no_module_is_long() -> None:
    long = {module: lines for module in MODULES if (lines := source(module).count("\n")) > 400}
    long |= {module: lines for module in OUTSIDE if (lines := source(module).count("\n")) > 500}
    assert not long


def test_tests_stand_by_room() -> None:
    rooms = {*ROOMS, *(path.name for path in ROOT.iterdir() if path.is_dir())}
    folders = {module.split(".")[1] for module in OUTSIDE if within(module, "tests") and module.count(".") > 1}
    assert folders <= rooms


def test_what_is_public_says_what_it_does() -> None:
    wrong = [lacking for module in MODULES for lacking in _untold(module)]
    assert not wrong, "\n".join(wrong)


def _untold(module: str) -> Iterator[str]:
    """The module, and what others take from it, without a docstring."""
    body = tree(module).body
    if body and not ast.get_docstring(tree(module)):
        yield module
    for node in body:
        if not isinstance(node, DEFINITIONS) or (module, node.name) not in _imported():
            continue
        if not _trivial(node) and not ast.get_docstring(node):
            yield f"{module}:{node.lineno}: {node.name}"


@cache
def _imported() -> frozenset[tuple[str, str]]:
    """Module and name of whatever one module of ours takes from another: that is what is public."""
    return frozenset(
        (node.module or "", alias.name)
        for module in MODULES
        for node in nodes(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


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
        always = deployment.get("parameters", {})
        assert always.keys() <= flow.parameters.properties.keys(), deployment["name"]
        for schedule in deployment.get("schedules", []):
            flow.validate_parameters({**always, **schedule.get("parameters", {})})


def test_the_locks_pin_everything_with_hashes_and_name_no_host() -> None:
    names = {name: _locked(ROOT / name) for name in ("requirements.lock", "requirements-services.lock")}
    assert not names["requirements.lock"] & names["requirements-services.lock"], "the second one adds to the first"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    # What the locks are made of; other extras name packages of providers that nobody tries here.
    extras = re.findall(r"--extra (\S+)", (ROOT / "Makefile").read_text())
    declared = [*project["dependencies"], *(d for name in extras for d in project["optional-dependencies"][name])]
    assert {_normal(re.split(r"[<>=!~;\[ ]", each)[0]) for each in declared} <= set.union(*names.values())


def _locked(path: Path) -> set[str]:
    """The packages that a lock pins."""
    text = path.read_text()
    assert "://" not in text and not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links|-e)\b", text, re.M)
    requirements = [
        entry
        for entry in re.split(r"\n(?=\S)", text.replace("\\\n", ""))
        if entry.strip() and not entry.startswith("#")
    ]
    assert len(requirements) > 10
    for entry in requirements:
        name = entry.split()[0]
        assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[A-Za-z0-9.+!_]+", name), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), f"{name} has no hash"
    return {_normal(entry.split("==")[0]) for entry in requirements}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()
