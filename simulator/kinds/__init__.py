"""The defects of each kind of task: a module for each, which exports its defects by the role that can have them."""

from simulator.kinds import (
    calculation,
    choice,
    coding,
    conversation,
    extraction,
    labelling,
    pattern,
    puzzle,
    question,
    retrieval,
    rewriting,
    tools,
    web,
)

DEFECTS = (
    calculation.DEFECTS,
    choice.DEFECTS,
    coding.DEFECTS,
    conversation.DEFECTS,
    extraction.DEFECTS,
    labelling.DEFECTS,
    pattern.DEFECTS,
    puzzle.DEFECTS,
    question.DEFECTS,
    retrieval.DEFECTS,
    rewriting.DEFECTS,
    tools.DEFECTS,
    web.DEFECTS,
)
