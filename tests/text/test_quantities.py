"""One normal form: quantities and phrases that mean the same compare as the same, whatever their notation."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.number_words import spelled
from tasks.text.phrases import find_phrase, same_phrase, says_phrase, tokens
from tasks.text.quantities import find_quantities, flat, same_quantity, states

ONE_AMOUNT = [
    ["30 per cent", "30%", "thirty percent", "30 %", "30\\%", "$30\\%$"],
    ["1 h 30 min", "90 minutes", "an hour and a half", "1h30", "1.5 hours", "one and a half hours", "5400 s"],
    ["eight and a half minutes", "8.5 min", "8½ minutes", "510 seconds", "8 1/2 mins", "8 and a half minutes"],
    ["5 ft 3 in", "5 feet 3 inches", "5'3\"", "63 inches"],
    ["£1,400 a month", "£1,400 per month", "1400 pounds a month", "GBP 1,400 / month"],
    ["€12.75", "12.75 euros", "EUR 12.75", "1275 cents", "€ 12.75"],
    ["14 March 2021", "March 14, 2021", "the 14th of March, 2021", "2021-03-14", "14/03/2021", "14 Mar 2021"],
    ["14 March", "March 14", "the 14th of March", "the fourteenth of March"],
    ["3:30 p.m.", "15:30", "half past three in the afternoon", "3.30 pm"],
    ["quarter to four", "3:45", "a quarter to 4", "15:45"],
    ["noon", "12:00 p.m.", "midday", "12 noon"],
    ["half past midnight", "00:30", "12:30 a.m."],
    ["quarter to noon", "11:45 a.m."],
    ["seven in the evening", "7 p.m.", "19:00", "7 o'clock in the evening"],
    ["2 km", "2,000 m", "two kilometres", "2 kilometers", "2000 metres"],
    ["2.80 × 10¹³", "2.8e13", "2.80 \\times 10^{13}", "28,000,000,000,000", "28 trillion"],
    ["two and a half million", "2.5 million", "2,500,000", "2 and a half million"],
    ["three quarters", "3/4", "0.75", "¾", "\\frac{3}{4}"],
    ["120 km/h", "120 kilometres per hour", "120 km per hour", "120 kmh"],
    ["20 °C", "20 degrees Celsius", "20°C", "20 degrees C"],
    ["two hundred and forty-one", "241", "two hundred forty-one"],
    ["a dozen", "twelve", "12"],
    ["eighteen months", "1.5 years", "a year and a half", "one and a half years"],
    ["the twenty-first", "21st"],
    ["£5m", "5 million pounds", "£5,000,000"],
    ["5 m²", "five square metres", "5 square meters", "5 m^2"],
    ["-5 °C", "minus 5 degrees Celsius", "\u22125 °C"],
    ["nineteen thirty-one", "1931"],
]


@pytest.mark.parametrize("ways", ONE_AMOUNT, ids=lambda ways: ways[0])
def test_notations_of_one_amount_are_the_same(ways: list[str]) -> None:
    for one in ways:
        for other in ways:
            (ours,), (theirs,) = find_quantities(one), find_quantities(other)
            assert same_quantity(ours, theirs), (one, other)
            assert states(f"It was {other}, they said.", ours)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 per cent", "3 per cent"),
        ("1 h 30 min", "1.3 hours"),
        ("90 minutes", "90 seconds"),
        ("€12.75", "$12.75"),
        ("14 March 2021", "15 March 2021"),
        ("14 March", "14 May"),
        ("3:30 p.m.", "3:30 a.m."),
        ("half past three", "half past four"),
        ("2 km", "2 miles"),
        ("2.8 × 10¹³", "2.8 × 10¹²"),
        ("the third", "three"),
        ("the 1920s", "1920"),
        ("1921", "1912"),
        ("20 °C", "20 °F"),
        ("5 m²", "5 m³"),
        ("the 14th", "14 March"),
        ("-5 °C", "5 °C"),
    ],
)
def test_other_amounts_are_not(one: str, other: str) -> None:
    (ours,), (theirs,) = find_quantities(one), find_quantities(other)
    assert not same_quantity(ours, theirs)


def test_a_number_alone_is_that_many_of_the_unit_beside_it() -> None:
    (bare,), (minutes,), (share,) = find_quantities("90"), find_quantities("90 minutes"), find_quantities("90%")
    assert same_quantity(bare, minutes) and same_quantity(share, bare)
    assert not same_quantity(find_quantities("90")[0], find_quantities("1.5 hours")[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("From 1914-1918 it cost 3 pounds a yard.", ["1914", "1918", "3 pounds a yard"]),
        ("Between 3 and 5 pm two 5 kg bags fell.", ["3", "5 pm", "two", "5 kg"]),
        ("One in ten of the 1920s boats", ["One", "ten", "1920s"]),
        ("You may 3 times march 5 miles.", ["3", "5 miles"]),
        ("No figure, only CO2 and v1.2.3.", []),
    ],
)
def test_quantities_stand_where_they_are_said_to(text: str, said: list[str]) -> None:
    assert [flat(text)[q.start : q.end] for q in find_quantities(text)] == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the harbour master", "Harbor master"),
        ("in the organised centre", "in organized center"),
        ("a light-house keeper", "the lighthouse keeper"),
        ("travelled by U.S. rail", "traveled by US rail"),
        ("São Paulo's neighbourhood", "sao paulo neighborhood"),
        ("paid twice per day", "paid twice a day"),
        ("rose by 30%", "rose by thirty per cent"),
        ("shut for six weeks in 1921", "shut for 6 weeks in 1921"),
        ("salt & lime", "salt and lime"),
        ("“the north quay”", "The north quay."),
        ("an encyclopaedia of theatre", "the encyclopedia of theater"),
    ],
)
def test_notation_and_spelling_make_no_difference_to_a_phrase(one: str, other: str) -> None:
    assert same_phrase(one, other) and same_phrase(other, one)
    assert "light" in one or says_phrase(f"Then they named {other} as it was.", one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the north quay", "the south quay"),
        ("six weeks", "seven weeks"),
        ("four boats", "for boats"),
        ("the mayor", "the acting mayor"),
        ("the second bridge", "the third bridge"),
        ("called", "caled"),
        ("filled", "filed"),
        ("", "a"),
    ],
)
def test_other_words_are_another_phrase(one: str, other: str) -> None:
    assert not same_phrase(one, other)


def test_a_phrase_is_found_at_each_place() -> None:
    assert find_phrase("The acting clerk wrote to the clerk in 90 minutes.", "clerk") == [1, 4]
    assert find_phrase("It took an hour and a half.", "90 minutes") == [2]
    assert find_phrase("Nothing", "") == []


@given(st.integers(min_value=0, max_value=999))
def test_every_number_below_a_thousand_is_read_in_words(value: int) -> None:
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    ones += " seventeen eighteen nineteen"
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    def below(n: int) -> str:
        return ones.split()[n] if n < 20 else tens[n // 10 - 2] + (f"-{ones.split()[n % 10]}" if n % 10 else "")

    hundreds, rest = divmod(value, 100)
    said = f"{below(hundreds)} hundred{f' and {below(rest)}' if rest else ''}" if hundreds else below(rest)
    assert [(n.value, n.start, n.end) for n in spelled(said)] == [(Decimal(value), 0, len(said))]
    assert find_quantities(said)[0].number == Fraction(value)


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert isinstance(tokens(text), tuple)
