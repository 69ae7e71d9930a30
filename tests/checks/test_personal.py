"""Personal data and secrets: found where they are real, let through where they are reserved examples or no such thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.personal import no_new_personal_data, no_personal_data, personal
from tasks.records import Record, Source
from tests.growth import LIMIT, Repeated, growth

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"


def record(answer: str, asked: str = "Who can be asked?", passage: str = "") -> Record:
    messages = [{"role": "user", "content": f"{passage}\n\n{asked}"}, {"role": "assistant", "content": answer}]
    return Record(source=Source(id="s", uri="u", kind="text"), passage=passage, instruction=asked, messages=messages)


def kinds(text: str) -> list[str]:
    return [kind for kind, _ in personal(text)]


# Put together here, so that no reader of this file takes them for real ones.
KEY = "sk" + "-proj-" + "q7Wm2ZbT9xLr4VnKs8Hd3Gf6"
HUB = "gh" + "p_" + "a8K2m5Qw7Zx4Rt6Yb9Nc3Vf1Gh0Lp2Sd8Jk4"

FOUND = [
    ("Write to anna.karlsson84@gmail.com for the key.", "an e-mail address"),
    ("Contact: b.mwangi@uni-nairobi.ac.ke", "an e-mail address"),
    ("Ask devi.infante@harbour.org or boardman@harbour.org.", "an e-mail address"),
    ("Call her on +46 70 174 06 05 after six.", "a phone number"),
    ("Her number is (415) 734-2290.", "a phone number"),
    ("Tel: 415-734-2290", "a phone number"),
    ("Tel. 0171 4823995", "a phone number"),
    ("Ring me on 01865 271 833.", "a phone number"),
    ("Pay into DE12 5001 0517 0648 4898 90 by Friday.", "a bank account number"),
    ("Pay into GB94BARC10201530093459 by Friday.", "a bank account number"),
    ("The card 4716 2387 5541 9002 was charged.", "a card number"),
    ("Visa card 4716238755419002", "a card number"),
    ("Her SSN is 536-22-8726.", "a national id"),
    ("JG 10 37 59 A is the number on the slip.", "a national id"),
    ("National Insurance: JG103759A", "a national id"),
    ("CPF 529.982.247-25", "a national id"),
    ("RSSMRA85T10A562S is on the form.", "a national id"),
    ("Passport number: C01X00T478", "a national id"),
    ("DNI 40293857L", "a national id"),
    ("personnummer 880320-0016", "a national id"),
    ("NIR 2 95 10 99 126 111 93", "a national id"),
    ("The request came from 81.2.69.142 at noon.", "an internet address"),
    ("From 2a02:8108:96bf:e3f4:11d2:77b1:9c20:4f3d it came.", "an internet address"),
    (f"Set OPENAI_API_KEY={KEY}.", "a secret key"),
    (f"git clone with {HUB} as the user.", "a secret key"),
    ("postgres://clerk:vK7!pq92Lm@db.harbour.net/loans", "a password"),
    ('password = "vK7!pq92LmZ"', "a password"),
    ("She lives at 47 Tollgate Lane, Ludlow.", "a home address"),
    ("Er wohnt in der Lindenstraße 14, Kassel.", "a home address"),
]


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_found(text: str, kind: str) -> None:
    assert kind in kinds(text)
    detail = no_personal_data(record(text))
    assert detail is not None
    assert not any(word in detail for word in text.split() if any(map(str.isdigit, word)))


LET_THROUGH = [
    "Write to anna@example.com or bob@mail.example.org.",
    "Write to info@vardholm-museum.no or press@harbour.de.",
    "Report it to tsc@iojs.org, jpeg-info@jpegclub.org, bug-bash@lists.example.net or python-dev@python.org.",
    "Join the list at ferry-talk@lists.harbour.org or boats@googlegroups.com.",
    "Use @app.route and user@localhost, not git@github.com:owner/name.git.",
    "Call 555-0134 or (212) 555-0173.",
    "Call +44 20 7946 0018 or 07700 900321, free of charge on 0800 123 4567 or 1-800-273-8255.",
    "Dial 112 or 999.",
    "Between 1914 and 1918, 62,500 crowns; 2031-03-04; 12/05/1998; 10:30-12:45.",
    "ISBN 978-3-16-148410-0 and ISSN 2049-3630.",
    "Grid reference 59.91273, 10.74609; pi is 3.14159265358979.",
    "DOI 10.1000/182 and order 4716238755419002 of the archive.",
    "Pay into DE89 3704 0044 0532 0130 00 with card 4111 1111 1111 1111.",
    "The IBAN DE12 5001 0517 0648 4898 91 fails its check.",
    "The card 4716 2387 5541 9003 fails its check.",
    "The IBAN GB33132411321745322936 names no bank and DE44500105175407324 is too short.",
    "CPF 529.982.247-26, DNI 40293857M and RSSMRA85T10A562T fail theirs.",
    "SSN 123-45-6789 is a sample.",
    "Server 192.0.2.17, 10.0.0.1, 127.0.0.1, 2001:db8:1:2:3:4:5:6 and resolver 8.8.8.8.",
    "Version 10.24.3.118 and section 4.12.1.3.",
    "Set API_KEY=your_api_key_here and password: ${DB_PASSWORD}.",
    "api_key = os.environ['OPENAI_API_KEY'] and AKIAIOSFODNN7EXAMPLE",
    "password: correcthorsebatterystaple",
    "postgres://user:password@db.example.com/loans",
    "The museum stands at 12 Harbour Street.",
    "She lives at 123 Main Street.",
    "He moved to 12 Rose Lane in 1901.",
    "CAS 7732-18-5, UUID 550e8400-e29b-41d4-a716-446655440000, MAC 00:1A:2B:3C:4D:5E, order 123-4567890-1234567.",
    "The plot of 47 Larch trees is a close call.",
    "0171 4823995 sacks were counted.",
    "x = 0x1F; y = 4716238755; hash 5f4dcc3b5aa765d61d8327deb882cf99",
    "In 1931 it cost 1 234 567 890 crowns.",
]


@pytest.mark.parametrize("text", LET_THROUGH)
def test_let_through(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("path", [p for p in sorted(DOCUMENTS.iterdir()) if p.suffix not in {".pdf", ".docx"}])
def test_documents_of_the_example_hold_none(path: Path) -> None:
    assert kinds(path.read_text(encoding="utf-8")) == []


def test_what_the_passage_shows_counts_unless_it_is_allowed() -> None:
    passage = "Letters go to anna.karlsson84@gmail.com."
    told = record("To anna.karlsson84@gmail.com.", passage=passage)
    assert no_personal_data(told) is not None
    assert no_personal_data(record("To her address.", passage=passage)) is not None
    assert no_new_personal_data(told) is None
    assert no_new_personal_data(record("To ola.dahl77@gmail.com.", passage=passage)) is not None


def test_a_number_written_otherwise_is_still_the_one_shown() -> None:
    assert no_new_personal_data(record("On (415) 734-2290.", passage="Phone 415.734.2290 for her.")) is None


def test_numbering_plans_sort_out_numbers_that_no_country_has() -> None:
    pytest.importorskip("phonenumbers")
    assert "a phone number" not in kinds("It reads +99 123 456 789.")
    assert "a phone number" in kinds("It reads +47 412 34 981.")


@pytest.mark.parametrize(
    "hostile",
    [
        Repeated("A", 30_000, "live "),
        Repeated("1234567 ", 3_750),
        Repeated("a@a.", 7_500),
        Repeated("Ab ", 10_000, "lives 12 "),
        Repeated("eyJ", 10_000),
    ],
    ids=str,
)
def test_work_grows_as_the_text_does(hostile: Repeated) -> None:
    assert kinds(hostile.text()) == []
    assert growth(kinds, hostile) < LIMIT


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_never_raises(text: str) -> None:
    no_personal_data(record(text))
    no_new_personal_data(record(text))
