"""Public tasks through lm-eval, answered by the student through our teacher: nothing that was answered is paid for twice."""

from tasks.evaluation.public.catalogue import PublicTaskError, check_tasks, is_public, known_as
from tasks.evaluation.public.examination import public_results

__all__ = ["PublicTaskError", "check_tasks", "is_public", "known_as", "public_results"]
