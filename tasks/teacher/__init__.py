"""The teacher: one way to ask any language model, with retries, a ledger, limits and prices behind it."""

from tasks.teacher.faults import Fault
from tasks.teacher.teacher import Answer, EndpointDown, StopRun, Teacher, Usage, open_teacher

__all__ = ["Answer", "EndpointDown", "Fault", "StopRun", "Teacher", "Usage", "open_teacher"]
