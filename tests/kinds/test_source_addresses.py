"""Each page has an address of its own: what is altered or written to mislead never carries that of the page it resembles."""

from __future__ import annotations

import pytest

from tasks.kinds.retrieval.addresses import address, place_of


@pytest.mark.parametrize(
    ("title", "like", "expected"),
    [
        ("Mole, earlier version", "mole.md", "mole_earlier_version.md"),
        ("Notes on Harbour rules", "harbour-rules-2019.html", "notes-on-harbour-rules.html"),
        ("Notes on The Weir", "The_Weir.txt", "Notes_on_the_weir.txt"),
        (
            "Ferry times, 2018",
            "https://lund.example/ferry/times.html",
            "https://lund.example/ferry/ferry-times-2018.html",
        ),
        ("Ferry times", "https://lund.example/wiki/Ferry_times#winter", "https://lund.example/wiki/Ferry_times_2"),
        ("Kiln", "http://kiln.example", "http://kiln.example/kiln"),
        ("Kiln", "http://kiln.example/?page=3", "http://kiln.example/kiln"),
        ("…", "report", "page.txt"),
        ("mole", "mole.md", "mole_2.md"),
        ("Mole", "Annual report.pdf", "Mole.pdf"),
    ],
)
def test_it_is_made_of_the_title_in_the_form_of_the_others(title: str, like: str, expected: str) -> None:
    taken = {like.partition("#")[0]}
    assert address(title, like, taken) == expected and expected in taken


def test_no_two_pages_share_one_whatever_they_are_called() -> None:
    taken = {"mole.md"}
    made = [address(title, "mole.md", taken) for title in ("Mole", "mole", "MOLE", "Mole 2", "Mole")]
    assert len({name.casefold() for name in (*made, "mole.md")}) == 6


def test_of_a_file_the_name_alone_is_shown() -> None:
    assert place_of("/home/somebody/a%20b.md") == "a b.md" and place_of("https://x.example/a") == "https://x.example/a"
