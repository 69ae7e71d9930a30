"""The kind conversation: talk over several turns, with moves of the user that a program has planned."""

from __future__ import annotations

from tasks.agents.kind import Environment, Kind
from tasks.checks.check import Check
from tasks.kinds.conversation.checks import each_answered, no_repeats, turns, user_voice
from tasks.kinds.conversation.contract import Opening
from tasks.kinds.conversation.environment import planned
from tasks.kinds.conversation.memory import dialogue_sound, moves_made, moves_obeyed, remembers, stands_firm
from tasks.kinds.conversation.moves import SORTS, plan_moves
from tasks.kinds.conversation.quiz import quiz_kept
from tasks.kinds.conversation.sums import sums_hold
from tasks.teacher.contract import drafts_of

DRAFTS = drafts_of(Opening, "Openings", "")

KIND = Kind(
    name="conversation",
    drafts=DRAFTS,
    narrower={sort: DRAFTS for sort in SORTS if sort},
    complete=plan_moves,
    environment=Environment(wish=planned),
    checks=(
        Check(dialogue_sound),
        Check(turns, of_task=True),
        Check(user_voice, of_task=True),
        Check(each_answered),
        Check(no_repeats),
        Check(moves_made, of_task=True),
        Check(moves_obeyed),
        Check(remembers, tells_key=True),
        Check(stands_firm, tells_key=True),
        Check(quiz_kept),
        Check(sums_hold),
    ),
)
