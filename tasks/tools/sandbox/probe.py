"""The self-test: once a process, before any code is run, the sandbox must hold against what would be worst."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable

from tasks.tools.sandbox.seccomp import ARCHITECTURES
from tasks.tools.sandbox.start import SandboxUnavailable

_SECONDS = 20
_CODE = r"""
import ctypes, json, os, resource, socket, time

def denied(attempt):
    try:
        attempt()
    except OSError:
        return True
    return False

def status(pid):
    with open(f"/proc/{pid}/status") as lines:
        return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)

def environment(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return {pair.split(b"=")[0].decode() for pair in file.read().split(b"\0") if pair}
    except PermissionError:
        return set()

def call(name, *arguments):
    return getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)

def forks():
    children = []
    try:
        while len(children) < 100:
            child = os.fork()
            if not child:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, 9)
        os.waitpid(child, 0)
    return len(children)

own, first = status("self"), status(1)
with open("/proc/net/dev") as lines:
    interfaces = {line.split(":")[0].strip() for line in lines if ":" in line}
with open("/proc/self/mounts") as lines:
    mounts = [line.split() for line in lines]
writable = {mount[1] for mount in mounts if "ro" not in mount[3].split(",")}
devices = {"/dev/null", "/dev/random", "/dev/urandom"}
expected = {"PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "PYTHONHASHSEED", "MALLOC_ARENA_MAX", "PWD", "LC_CTYPE"}
sound = {
    "filter": own["Seccomp"] == first["Seccomp"] == "2",
    "no new privileges": own["NoNewPrivs"] == first["NoNewPrivs"] == "1",
    "no capabilities": int(own["CapEff"], 16) == int(own["CapBnd"], 16) == int(first["CapEff"], 16) == 0,
    "user": os.getuid() == os.getgid() == 65534,
    "no sockets": denied(lambda: socket.socket()),
    "no network": interfaces <= {"lo"},
    "environment": (environment(1) | environment("self") | set(os.environ)) <= expected,
    "own processes": [name for name in os.listdir("/proc") if name.isdigit()] == ["1", str(os.getpid())],
    "supervisor": denied(lambda: open("/proc/1/mem", "rb").read(1)) and denied(lambda: os.listdir("/proc/1/fd")),
    "files": not any(os.path.exists(p) for p in ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/sys", "/tmp")),
    "read only": all(denied(lambda p=p: open(p + "/x", "w")) for p in ("/", "/usr", "/usr/bin", "/dev", "/run", "/proc")),
    "mounts": writable <= {"/box", "/dev/shm", "/proc"} | devices,
    "namespaces": call("unshare", 0x10000000) == -1,
    "memory": resource.getrlimit(resource.RLIMIT_AS)[1] <= 1 << 30,
    "processes": 1 <= forks() <= 64,
}
print(json.dumps([name for name, holds in sound.items() if not holds]))
"""


def verdict(attempt: Callable[[str, float], tuple[str, str]]) -> str:
    """Empty if the sandbox holds here, else one sentence; `attempt` runs Python in it and gives stdout and stderr."""
    if sys.platform != "linux":
        return "code can be run on Linux only: use a container or a virtual machine"
    if platform.machine() not in ARCHITECTURES:
        return f"code can be run on {' and '.join(ARCHITECTURES)} only, where we know which system calls to refuse"
    try:
        stdout, stderr = attempt(_CODE, _SECONDS)
    except SandboxUnavailable as error:
        return str(error)
    try:
        broken = json.loads(stdout)
    except ValueError:
        last = stderr.strip().rpartition("\n")[2][:200]
        return f"the sandbox's self-test did not finish ({last or 'no output'}); code is not run here"
    return f"the sandbox does not hold here ({', '.join(broken)}); code is not run" if broken else ""
