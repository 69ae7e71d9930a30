"""The check of arithmetic: right equations and what is no arithmetic pass, each wrong equation is found."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.checks.arithmetic import arithmetic, equations
from tasks.records import Record, Source
from tests.growth import LIMIT, Repeated, growth


def verdict(*texts: str, asked: str = "How many?", passage: str = "") -> str | None:
    messages = [
        m for text in texts for m in ({"role": "user", "content": asked}, {"role": "assistant", "content": text})
    ]
    return arithmetic(Record(source=Source(id="s", uri="u", kind="text"), passage=passage, messages=messages))


RIGHT = [
    "12 x 4 = 48",
    "12 × 4 = 48.",
    "3.5 / 7 = 0.5",
    "12/25 = 48 %",
    "12 / 25 × 100 = 48 %",
    "12 / 25 = 0.48 = 48%",
    "a + b = c = d",
    "\\frac{3}{4} \\times 8 = 6",
    "\\[ \\frac{3}{4} \\times 8 = 6 \\]",
    "10/3 ≈ 3.33",
    "10 / 3 = 3.33",
    "2/3 = 66.7%",
    "200/3 ≈ 67",
    "12 km x 4 = 48 km",
    "$5 + $3 = $8",
    "x = 12/4 = 3",
    "2x + 3 = 7, so 2x = 4 and x = 2",
    "f(2) = 2(2) + 1 = 5",
    "3:4 = 6:8",
    "The 3 boxes × 12 eggs = 36 eggs.",
    "The ratio 3:4 = 12/16",
    "3 km + 500 m = 3.5 km",
    "1 h 30 min = 90 min",
    "750 / 60 = 12 hours 30 minutes",
    "7 / 2 = 3 remainder 1",
    "7 ÷ 2 = 3 R1",
    "01/02/2024 = 1 February 2024",
    "x^2 = 16",
    "x_1 = 3 + 4",
    "1 + 2 + ... + 10 = 55",
    "1 + 2 + ⋯ + 10 = 55",
    "5! = 120",
    "5! = 5 × 4 × 3 × 2 × 1 = 120",
    "**12 × 4 = 48**",
    "12 × 4 = **48**",
    "12 * 4 = *48*",
    "2**3 = 8",
    "- 12 × 4 = 48",
    "1. 12 × 4 = 48",
    "| 12 × 4 = 48 |",
    "3 million + 2 million = 5 million",
    "5 + 3 = 8 million",
    "1,200 + 300 = 1,500",
    "25% of 80 = 20",
    "3/4 of 8 = 6",
    "2 of 3 = 67%",
    "50 + 10% = 55",
    "`12 * 4 = 50`",
    "```\n12*4 = 50\n```",
    "In binary, 101 + 11 = 1000.",
    "2 + 2 = 5 is wrong.",
    "Total: 12 + 30 = 42 (see above)",
    "(12 × 4 = 48)",
    "(3 + 4) × 2 = 14",
    "2(3 + 4) = 14",
    "√16 = 4",
    "sqrt(16) + 1 = 5",
    "\\sqrt{16} = 4",
    "90 min / 60 = 1.5 h",
    "2019-2024 = 5 years",
    "48 = 12 × 4 students",
    "60 km per hour × 2 hours = 120 km",
    "3 × 10^8 m/s × 2 s = 6 × 10^8 m",
    "4a - 12 = 0",
    "= 3x + 6",
    "3(x + 1) = 3x + 3",
    "12 + 3n = 15",
    "E = mc^2",
    "1/2 = 2/4",
    "0.05/3 = 0.017",
    "10:30 + 2 h = 12:30",
    "speed - 12 × 4 = 2",
    "7 - 9 = -2",
    "7 − 9 = −2",
    "-3 + 5 = 2",
    "So, 12 + 4 = 16, 16 / 2 = 8, and 8 - 3 = 5.",
    "Therefore 62,500 / 11 = 5,681.82 crowns per week",
    "62,500 / 11 ≈ 5,682",
    "62,500 / 11 ≈ 5,700",
    "1234 × 5 ≈ 6,200",
    "\\begin{align}\n3 + 4 &= 7 \\\\\n&= 14/2\n\\end{align}",
    "12 × 4\n= 48",
    "12 cm² × 4 = 48 cm²",
    "20 °C + 5 °C = 25 °C",
    "5 - 3 = 2 apples",
    "The sum is 4 + 5 = 9. 3 + 3 = 6.",
    "width=50%",
    "n = 24/30 (80%)",
    "p<0.05 = significant",
    "80% × 50 = 40",
    "version 1.2.3 = 5",
    "2^10 = 1024",
    "2¹⁰ = 1024",
    "1 - 0.35 = 0.65 = 65%",
    "v = d / t = 100 / 20 = 5 m/s",
    "Area = π r² = 3.14 × 25 = 78.5",
    "Area = π × 5² = 78.54",
    "6 ÷ 2 = 3",
    "12 · 4 = 48",
    "17 mod 5 = 2",
    "100 - 12.5 = 87.5 %",
    "45 + 55 = 100%",
    "12.5 + 3 = 15.5 (rounded: 16)",
    "1.5 × 60 = 90 minutes",
    "2 hours × 60 = 120 minutes",
    "1 year = 365 days",
    "2 × 12 months = 24 months",
    "4 + 4 = 8 = 2^3 = 2 × 4",
    "8 = 2 × 4 × 1",
    "|−3| = 3",
    "5 ± 2 = 7",
    "$12 \\times 4 = 48$",
    "The cost is $3 × 4 = $12.",
    "0.1 + 0.2 = 0.3",
    "1/3 + 1/3 = 2/3",
    "3½ + ½ = 4",
    "3 1/2 + 1/2 = 4",
    "12 × 4 = 48 = 6 × 8",
    "C = 5/9 × (98.6 - 32) = 37",
    "20% + 30% = 50%",
    "$200 - 15% = $170",
    "100 × 1.05^2 = 110.25",
    "A = P(1 + r)^n = 1000(1.05)^2 = 1102.5",
    "1000 × (1 + 0.05)^2 = $1,102.50",
    "6 x 7 = 42",
    "cos(60) = 0.5",
    "log(100) = 2",
]
WRONG = [
    "12 x 4 = 49",
    "12 × 4 = 46.",
    "3.5 / 7 = 0.6",
    "12/25 = 46 %",
    "12 / 25 = 0.46 = 48%",
    "\\frac{3}{4} \\times 8 = 7",
    "\\[ \\frac{3}{4} \\times 8 = 5 \\]",
    "10/3 ≈ 3.5",
    "10 / 3 = 3",
    "2/3 = 68%",
    "12 km x 4 = 49 km",
    "$5 + $3 = $9",
    "x = 12/4 = 4",
    "f(2) = 2(2) + 1 = 6",
    "The 3 boxes × 12 eggs = 35 eggs.",
    "5! = 100",
    "**12 × 4 = 47**",
    "12 × 4 = **47**",
    "- 12 × 4 = 45",
    "| 12 × 4 = 45 |",
    "3 million + 2 million = 6 million",
    "1,200 + 300 = 1,600",
    "25% of 80 = 25",
    "Total: 12 + 30 = 41 (see above)",
    "(12 × 4 = 47)",
    "(3 + 4) × 2 = 15",
    "2(3 + 4) = 15",
    "√16 = 5",
    "48 = 12 × 5 students",
    "7 - 9 = 2",
    "So, 12 + 4 = 16, 16 / 2 = 9, and 8 - 3 = 5.",
    "Therefore 62,500 / 11 = 5,781.82 crowns per week",
    "62,500 / 11 ≈ 5,500",
    "\\begin{align}\n3 + 4 &= 7 \\\\\n&= 15/2\n\\end{align}",
    "12 × 4\n= 47",
    "12 cm² × 4 = 46 cm²",
    "1 - 0.35 = 0.75",
    "v = d / t = 100 / 20 = 6 m/s",
    "2^10 = 1000",
    "0.1 + 0.2 = 0.4",
    "1/3 + 1/3 = 1/3",
    "The cost is $3 × 4 = $14.",
    "$12 \\times 4 = 46$",
    "6 x 7 = 43",
    "1000 × (1 + 0.05)^2 = $1,105.00",
    "40 + 2 = 42. Then 42 - 5 = 36.",
    "C = 5/9 × (98.6 - 32) = 38",
    "1.5 × 60 = 95 minutes",
    "80 / 4 = 21 students per group",
    "12 plus 4 = 17",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_or_no_arithmetic(text: str) -> None:
    assert verdict(text) is None


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str) -> None:
    told = verdict(text)
    assert told and told.startswith("equation ") and told.endswith(" is wrong")


def test_names_the_equation_and_looks_at_every_answer() -> None:
    assert verdict("2 + 2 = 4, then 4 + 4 = 9.") == "equation 2 is wrong"
    assert verdict("2 + 2 = 4", "3 + 3 = 7") == "equation 2 is wrong"


def test_an_equation_that_the_student_was_shown_is_not_the_answers_own() -> None:
    assert verdict("The step 12 × 4 = 46 is the one to mend.", asked="Is 12 × 4 = 46 right?") is None
    assert verdict("The step 12 × 4 = 46 is the one to mend.", passage="He wrote: 12×4 = 46.") is None


def test_messages_of_any_shape() -> None:
    source = Source(id="s", uri="u", kind="text")
    for messages in (
        [],
        [{"role": "assistant", "content": None}],
        [{"role": "assistant"}],
        [{"role": "user", "content": "1 + 1 = 3"}],
    ):
        assert arithmetic(Record(source=source, messages=messages)) is None


amounts = st.integers(1, 9999)
signs = st.sampled_from("+-×")


@settings(max_examples=200, deadline=None)
@given(
    amounts,
    signs,
    amounts,
    st.sampled_from(["", " km", " litres", " kg"]),
    st.sampled_from(["So ", "", "**", "- "]),
    amounts,
)
def test_finds_any_wrong_result(a: int, sign: str, b: int, unit: str, opening: str, off: int) -> None:
    result = {"+": a + b, "-": a - b, "×": a * b}[sign]
    closing = "**" if opening == "**" else ""
    for shown, right in ((result, True), (result + off, False)):
        told = verdict(f"{opening}{a:,}{unit} {sign} {b:,} = {shown:,}{unit}{closing}.")
        assert (told is None) is right


@settings(max_examples=200, deadline=None)
@given(amounts, st.integers(2, 97), st.integers(2, 4))
@example(1, 66, 2)
def test_quotients_may_be_rounded_not_wrong(a: int, b: int, places: int) -> None:
    assert verdict(f"{a} / {b} = {round(a / b, places)}") is None
    assert verdict(f"{a} / {b} ≈ {round(a / b, places)}") is None
    assert verdict(f"{a} / {b} = {round(a / b, places) + 2 * 10**-places * max(1, a / b):.{places}f}") is not None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 +-*/=≈().,%$\\{}^x\n km", max_size=60))
def test_any_text_has_a_verdict(text: str) -> None:
    told = verdict(text)
    assert told is None or told.startswith("equation ")


@pytest.mark.parametrize(
    "hostile",
    [
        Repeated("1", 50_000, after="=2"),
        Repeated("=", 50_000),
        Repeated("1 + ", 25_000, after="= 3"),
        Repeated("(", 25_000, after="=1"),
        Repeated("12 = ", 10_000),
        Repeated("1 a b ", 10_000, after="=5"),
    ],
    ids=str,
)
def test_work_grows_as_the_text_does(hostile: Repeated) -> None:
    assert growth(verdict, hostile) < LIMIT


RIGHT_AMOUNTS = [
    "2.80 × 10¹³ ÷ 1.89 × 10¹² ≈ 14.8",
    "2.80 x 10^13 / 1.89 x 10^12 = 14.8",
    "116 W × 8,000,000 = 930 MW",
    "116 W × 8,000,000 ≈ 930 MW",
    "$\\frac{2.8 \\times 10^{13}}{1.89 \\times 10^{12}} \\approx 14.8$",
    "6.0 × 10^4 × 2 × 10^3 = 1.2 × 10^8",
    "3e6 / 1.5e3 = 2000",
    "12 kW × 3 h = 36 kWh",
    "250 g × 4 = 1 kg",
    "1.5 km / 0.5 h = 3 km/h",
    "90 min × 2 = 3 h",
    "20 × 12 W = 240 W = 0.24 kW",
    "0.24 kW × 8,760 h ≈ 2,100 kWh",
    "350,000 divided by 6 makes 58,000 dogs",
    "1 MW / 250 W = 4,000",
    "5 L/min × 60 = 300 L/h",
    "2 × 10^6 people × 0.5 = 1 million",
    "40 cents × 25 = 10 euros",
    "5 t ÷ 20 g = 250,000",
    "12 × 250 ml = 3 litres",
    "1.2 billion / 4 × 10^6 = 300",
    "7.5 × 10⁹ / 2.5 = 3 × 10⁹",
    "8 × 10^6 m^3 / 4 × 10^3 m^2 = 2 × 10^3 m",
    "60 mph × 2 h = 120 miles",
    "4 GB / 8 MB = 500",
    "700 euros minus 250 euros leaves 450 euros",
    "30 times 12 gives 360",
]
WRONG_AMOUNTS = [
    "2.80 × 10¹³ ÷ 1.89 × 10¹² ≈ 148",
    "2.80 x 10^13 / 1.89 x 10^12 = 1.48",
    "116 W × 8,000,000 = 9.3 MW",
    "116 W × 8,000,000 ≈ 93 GW",
    "6.0 × 10^4 × 2 × 10^3 = 1.2 × 10^7",
    "250 g × 4 = 10 kg",
    "20 × 12 W = 240 W = 2.4 kW",
    "5 t ÷ 20 g = 25,000",
    "12 × 250 ml = 30 litres",
    "700 euros minus 250 euros leaves 550 euros",
    "30 times 12 gives 340",
    "0.24 kW × 8,760 h ≈ 21,000 kWh",
    "4 GB / 8 MB = 50",
    "350,000 divided by 6 makes 85,000 dogs",
    "40,000,000 / 300 = 13,333",
]


@pytest.mark.parametrize("line", RIGHT_AMOUNTS)
def test_powers_units_and_words_are_read_as_amounts(line: str) -> None:
    found = list(equations(line))
    assert found and all(equation.holds for equation in found)


@pytest.mark.parametrize("line", WRONG_AMOUNTS)
def test_wrong_powers_units_and_told_sums_are_found(line: str) -> None:
    assert any(not equation.holds for equation in equations(line))


@pytest.mark.parametrize(
    "line", ["1 MW / 250 bulbs = 4 kW", "9 million \u00d7 300 kg \u2248 2.7 Mt", "1 cm = 5 km", "1.2 million / 4 = 300"]
)
def test_what_a_program_cannot_weigh_is_left_alone(line: str) -> None:
    assert all(equation.holds for equation in equations(line))


def test_an_estimate_may_round_with_an_equals_sign() -> None:
    assert not next(equations("23 * 41 = 940")).holds
    assert next(equations("23 * 41 = 940", rough=True)).holds
    assert not next(equations("23 * 41 = 1,300", rough=True)).holds


@pytest.mark.parametrize(
    "words",
    ["in every hundred", "of every hundred", "per hundred", "in a hundred", "out of a hundred", "of each hundred"],
)
def test_a_share_of_a_hundred_is_a_percentage(words: str) -> None:
    assert verdict(f"17,000 ÷ 19,000 ≈ 89.5 {words}.") is None
    assert verdict(f"17,000 ÷ 19,000 ≈ 79.5 {words}.") is not None
