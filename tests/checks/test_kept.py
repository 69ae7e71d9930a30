"""Facts in other notations are kept, other values are lost, and other words are for a reader."""

from __future__ import annotations

import pytest

from tasks.checks.kept import kept


@pytest.mark.parametrize(
    ("found", "text", "fact"),
    [
        ("kept", "You pay £1,400 per month, the lease runs out on March 14, and so on.", "£1,400 a month"),
        ("kept", "You pay £1,400 per month, the lease runs out on March 14.", "14 March"),
        ("kept", "You pay GBP 1,400 monthly until March 14th.", "14 March"),
        ("kept", "You pay 1,400 pounds a month.", "£1,400 a month"),
        ("kept", "GBP 1,400 per month", "£1,400 a month"),
        ("kept", "Nearly a third of the catch, 30%, was thrown back in 1921.", "30 per cent"),
        ("kept", "It takes 90 minutes by boat.", "an hour and a half"),
        ("kept", "It takes one hour and 30 minutes.", "1 h 30 min"),
        ("kept", "The meeting is at half past two.", "14:30"),
        ("kept", "We need twelve chairs", "12 chairs"),
        ("kept", "The chairs: 12", "12 chairs"),
        ("kept", "It opened on 2021-05-04.", "4 May 2021"),
        ("kept", "a distance of 3 kilometres", "3 km"),
        ("kept", "on the morning of Tuesday", "Tuesday morning"),
        ("open", "on Tuesday", "Tuesday morning"),
        ("kept", "the oak door, painted white", "white oak door"),
        ("lost", "You pay £1,300 per month.", "£1,400 a month"),
        ("lost", "It ends on March 15.", "14 March"),
        ("lost", "the harbour master Jens Berg", "Jens Holt"),
        ("kept", "the harbour master, Mr Holt", "Mr Holt"),
        ("lost", "Nothing is said here.", "the blue shed"),
        ("open", "the shed painted in navy", "the blue shed"),
        ("lost", "We need 14 chairs", "12 chairs"),
        ("open", "12 tables stand in the hall, no seats", "12 chairs"),
        ("kept", "a budget of €700", "700 euros"),
        ("kept", "the nieces are six and thirteen", "6 and 13"),
        ("kept", "a quarter of the members", "25 per cent"),
        ("kept", "the theatre on Main Street", "the theater on Main street"),
        ("lost", "It weighs 2.5 kg", "25 kg"),
        ("kept", "It weighs 2,500 g", "2.5 kg"),
        ("open", "You have 39 pages to spend.", "39 euros"),
        ("kept", "You have 39 left, in euros.", "39 euros"),
        ("open", "It takes 29 guests.", "29 seconds"),
        ("kept", "29 for the talk itself", "29 seconds"),
    ],
)
def test_what_is_kept(found: str, text: str, fact: str) -> None:
    assert kept(text, fact) == found


@pytest.mark.parametrize(("text", "fact"), [("", "x"), ("x", ""), ("", ""), ("...", "!"), ("a", "of the")])
def test_nothing_is_no_fault(text: str, fact: str) -> None:
    assert kept(text, fact) in {"kept", "lost", "open"}
