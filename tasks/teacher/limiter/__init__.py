"""How fast an endpoint is asked: a part for each reason to wait, and one that lets calls in."""

from tasks.teacher.limiter.limiter import Limiter
from tasks.teacher.limiter.traffic import Traffic

__all__ = ["Limiter", "Traffic"]
