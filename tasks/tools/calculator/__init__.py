"""A calculator for agents and checks: its own small parser, exact fractions, bounds on everything."""

from tasks.tools.calculator.functions import MOST_BITS, CalculatorError, Number
from tasks.tools.calculator.parser import MOST_CHARACTERS, calculate, evaluate, rendered

__all__ = ["MOST_BITS", "MOST_CHARACTERS", "CalculatorError", "Number", "calculate", "evaluate", "rendered"]
