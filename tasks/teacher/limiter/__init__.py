"""How fast an endpoint is asked: a part for each reason to wait, and one that lets calls in."""

from tasks.teacher.limiter.limiter import GIVEN_UP, Limiter
from tasks.teacher.limiter.traffic import Traffic, together

__all__ = ["GIVEN_UP", "Limiter", "Traffic", "together"]
