"""The teacher: one way to ask any language model, with retries, a ledger, limits and prices behind it."""

from tasks.teacher.faults import EndpointDown, Fault, StopRun
from tasks.teacher.opening import open_teacher
from tasks.teacher.teacher import Answer, Teacher, Voice
from tasks.teacher.usage import Usage

__all__ = ["Answer", "EndpointDown", "Fault", "StopRun", "Teacher", "Usage", "Voice", "open_teacher"]
