"""What follows from data: statistics, growth, shares of a part, trends; and statements on the whole that are false."""

from __future__ import annotations

import pytest

from tests.kinds.test_data_to_text import about

CLUB = """Members of the club

year,members
2015,120
2016,131
2017,138
2018,150
2019,149
2020,171"""
RAIN = """Rainfall by station, 2023

| station | region | rain (mm) | mean temperature (°C) |
|---|---|---|---|
| Harwich | east | 612 | 10.4 |
| Lunna | north | 988 | 7.9 |
| Stow | west | 1,104 | 9.1 |
| Marl | east | 574 | 10.8 |
| Tarn | north | 1,342 | 7.2 |"""
VOTE = """How do you come to work? 200 employees were asked.

Answer,Employees
Bicycle,61
Bus,46
Car,38
On foot,22
No answer,33"""
SHOP = """Sales in one week

| item | price (€) | sold |
|---|---|---|
| rope | 12.50 | 40 |
| lamp | 31 | 12 |
| hook | 2.20 | 310 |
| net | 58 | 5 |"""


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        (RAIN, "The five stations average 924 mm of rain, with a standard deviation of about 328 mm."),
        (RAIN, "Half of the stations lie between 612 mm and 1,104 mm; the interquartile range is 492 mm."),
        (RAIN, "The coefficient of variation is about 36 per cent."),
        (RAIN, "Rain and temperature go opposite ways: the correlation is -0.92."),
        (CLUB, "Membership grew from 120 in 2015 to 171 in 2020, a compound annual growth rate of 7.3 per cent."),
        (CLUB, "On average the club gained 10.2 members a year."),
        (CLUB, "Membership rose from 120 to 171, an increase of 42.5 per cent."),
        (CLUB, "Membership grew over the period, with one small dip in 2019."),
        (CLUB, "Membership rose almost every year."),
        (CLUB, "The number of members increased overall, although it fell slightly in 2019."),
        (CLUB, "Between 2018 and 2019 membership fell by one."),
        (CLUB, "For every 100 members in 2015 there were about 143 in 2020."),
        (CLUB, "The 120 of 2015 were reached 5 years before the 171 of 2020."),
        (
            VOTE,
            "Of the 167 employees who answered, 37 per cent come by bicycle, 28 per cent by bus, 23 "
            "per cent by car and 13 per cent on foot.",
        ),
        (VOTE, "Of all 200 who were asked, 33, or 17 per cent, gave no answer. No way has a majority."),
        (VOTE, "Bicycle and bus together account for 107 people, more than half of those asked."),
        (VOTE, "30.5 per cent come by bicycle, 23 per cent by bus."),
        (SHOP, "The rope brought in 500 euros, the hooks 682 euros, and the whole week 1,844 euros."),
        (SHOP, "Weighted by the number sold, the mean price was 5.02 euros."),
        (SHOP, "With $\\frac{1844}{367} \\approx 5.02$ the mean price comes to 5.02 euros."),
        (RAIN, "Marl has 6.209...% less rain than Harwich: 574 against 612 mm."),
    ],
)
def test_what_follows(passage: str, text: str) -> None:
    assert about(text, passage) is None


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        (RAIN, "The five stations average 924 mm of rain, with a standard deviation of about 412 mm."),
        (RAIN, "The coefficient of variation is about 51 per cent."),
        (RAIN, "Rain and temperature go opposite ways: the correlation is -0.71."),
        (CLUB, "Membership grew from 120 in 2015 to 171 in 2020, a compound annual growth rate of 9.1 per cent."),
        (CLUB, "Membership rose from 120 to 171, an increase of 51 per cent."),
        (CLUB, "Membership rose from 120 to 171, up 30 per cent."),
        (CLUB, "Membership declined almost without interruption over the period and only recovered in 2019."),
        (CLUB, "Membership fell steadily throughout."),
        (CLUB, "The trend is downward: numbers dropped over the six years."),
        (CLUB, "Membership rose without exception."),
        (CLUB, "Between 2018 and 2019 membership rose."),
        (CLUB, "For every 100 members in 2015 there were about 171 in 2020."),
        (VOTE, "Of the 200 employees who were asked, 37 per cent come by bicycle and 28 per cent by bus."),
        (VOTE, "A clear majority of employees cycle to work: 61 per cent come by bicycle."),
        (VOTE, "The bus follows with 46 per cent, the car with 38 per cent."),
        (VOTE, "A majority come by bicycle."),
        (SHOP, "The rope brought in 520 euros, the hooks 682 euros."),
    ],
)
def test_what_does_not_follow(passage: str, text: str) -> None:
    assert about(text, passage) is not None
