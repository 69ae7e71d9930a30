"""The system calls that code in the sandbox may not make, as a filter for the kernel.

Allowed unless named: what generated programs need is wide, what widens an attack is known. `socketpair` stays, since
asyncio needs it; whatever holds memory outside a process's own address space goes, since no limit counts it there.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machines we know the numbers for, with the kernel's own mark of each."""
NEWEST = 462
"""The last number looked at (mseal); newer calls have the same number everywhere and seem absent."""
DENIED: dict[str, tuple[int, int | None]] = {
    # Other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    # The network
    "socket": (41, 198),
    # Memory that no limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # Parts of the kernel that attacks come through
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "io_destroy": (207, 1),
    "io_submit": (209, 2),
    "io_cancel": (210, 3),
    "io_getevents": (208, 4),
    "io_pgetevents": (333, 292),
    "vmsplice": (278, 75),
    "fanotify_init": (300, 262),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "get_mempolicy": (239, 236),
    "set_mempolicy_home_node": (450, 450),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "sysfs": (139, None),
    "ustat": (136, None),
    "uselib": (134, None),
    "_sysctl": (156, None),
    # The machine itself
    "acct": (163, 89),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "settimeofday": (164, 170),
    "create_module": (174, None),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "get_kernel_syms": (177, None),
    "query_module": (178, None),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "ioperm": (173, None),
    "iopl": (172, None),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "syslog": (103, 116),
    "vhangup": (153, 58),
}
"""Calls refused with EPERM: their numbers on x86_64 and on aarch64, None where there is none."""
PARTLY: dict[str, tuple[int, int]] = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "ioctl": (16, 29),
    "mmap": (9, 222),
    "prlimit64": (302, 261),
    "socketpair": (53, 199),
}
"""Calls refused for some arguments, numbered alike."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _FOURTH = (
    0,
    4,
    16,
    24,
    40,
)  # offsets in what the filter sees; low halves of arguments
_X32 = 0x40000000
_NEW_NAMESPACE = 0x7E020000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_AF_UNIX = 1
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20

Instruction = tuple[int, int, int, int]
"""Operation, steps to skip if it holds, steps to skip if not, operand."""


def program(machine: str | None = None) -> bytes:
    """The filter for this machine, as `bwrap --seccomp` reads it; KeyError where we do not know the calls."""
    machine = machine or platform.machine()
    architecture = ARCHITECTURES[machine]
    column = list(ARCHITECTURES).index(machine)
    refuse, absent = (_RETURN, 0, 0, _ERROR | errno.EPERM), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)
    kill, allow = (_RETURN, 0, 0, _KILL), (_RETURN, 0, 0, _ALLOW)
    steps: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        kill,  # a call of another architecture, such as 32 bit, whose numbers mean other things
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        kill,
        (_AT_LEAST, 0, 1, NEWEST + 1),
        absent,
    ]
    for numbers in DENIED.values():
        if (number := numbers[column]) is not None:
            steps += [(_EQUAL, 0, 1, number), refuse]

    def partly(name: str, *then: Instruction) -> None:
        steps.extend([(_EQUAL, 0, len(then), PARTLY[name][column]), *then])

    # Its flags lie in memory, where a filter cannot look; told that it is absent, libraries use clone.
    partly("clone3", absent)
    partly("clone", (_LOAD, 0, 0, _FIRST), (_ANY_BIT, 0, 1, _NEW_NAMESPACE), refuse, allow)
    partly("socketpair", (_LOAD, 0, 0, _FIRST), (_EQUAL, 1, 0, _AF_UNIX), refuse, allow)
    # Shared pages without a file stay when the process's own count of them drops.
    partly(
        "mmap", (_LOAD, 0, 0, _FOURTH), (_ANY_BIT, 0, 2, _MAP_ANONYMOUS), (_ANY_BIT, 0, 1, _MAP_SHARED), refuse, allow
    )
    # Of its own process only: limits of the supervisor are not for the code to lower.
    partly("prlimit64", (_LOAD, 0, 0, _FIRST), (_EQUAL, 1, 0, 0), refuse, allow)
    # Putting characters into a terminal's input.
    partly("ioctl", (_LOAD, 0, 0, _SECOND), (_EQUAL, 1, 0, _TIOCSTI), (_EQUAL, 0, 1, _TIOCLINUX), refuse, allow)
    return _encoded([*steps, allow])


def _encoded(steps: Iterable[Instruction]) -> bytes:
    return b"".join(struct.pack("<HBBI", operation, yes, no, operand) for operation, yes, no, operand in steps)
