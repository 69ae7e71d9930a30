"""Check and summarise the readings of a small network of weather stations.

A reading is one line of a station's log: time, temperature, humidity, rain since the previous reading, wind.
The functions below read such logs, reject impossible values, and condense what is left into daily figures.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from statistics import fmean
from typing import Literal

Quantity = Literal["temperature_c", "humidity_pct", "rain_mm", "wind_ms"]

PLAUSIBLE: dict[Quantity, tuple[float, float]] = {
    "temperature_c": (-60.0, 55.0),
    "humidity_pct": (1.0, 100.0),
    "rain_mm": (0.0, 60.0),
    "wind_ms": (0.0, 75.0),
}


@dataclass(frozen=True)
class Reading:
    """One observation at one station."""

    station: str
    time: datetime
    temperature_c: float
    humidity_pct: float
    rain_mm: float
    wind_ms: float


@dataclass(frozen=True)
class DailySummary:
    """The figures of one station for one calendar day."""

    station: str
    day: date
    readings: int
    min_c: float
    mean_c: float
    max_c: float
    rain_mm: float
    max_wind_ms: float


def read_log(text: str, station: str, delimiter: str = ";") -> list[Reading]:
    """Parse the log of a station.

    Args:
        text: Content of the log, with a header line naming the columns time, temperature_c, humidity_pct,
            rain_mm and wind_ms.
        station: Code of the station, for example "HARBOUR".
        delimiter: Character between the columns.

    Returns:
        The readings in the order of the log.
    """
    rows = csv.DictReader(StringIO(text), delimiter=delimiter)
    return [
        Reading(
            station,
            datetime.fromisoformat(row["time"]),
            float(row["temperature_c"]),
            float(row["humidity_pct"]),
            float(row["rain_mm"]),
            float(row["wind_ms"]),
        )
        for row in rows
    ]


def find_faults(reading: Reading) -> list[Quantity]:
    """Name the quantities of a reading that lie outside the plausible range.

    Args:
        reading: The reading to check.

    Returns:
        The names of the implausible quantities; empty if the reading is sound.
    """
    return [name for name, (low, high) in PLAUSIBLE.items() if not low <= getattr(reading, name) <= high]


def summarise_days(readings: Iterable[Reading], min_readings: int = 20) -> list[DailySummary]:
    """Condense sound readings into one summary for each station and day.

    Args:
        readings: Readings of any number of stations, in any order.
        min_readings: Days with fewer sound readings than this are left out.

    Returns:
        The summaries, sorted by station and day.
    """
    groups: dict[tuple[str, date], list[Reading]] = defaultdict(list)
    for reading in readings:
        if not find_faults(reading):
            groups[reading.station, reading.time.date()].append(reading)
    summaries = []
    for (station, day), group in sorted(groups.items(), key=lambda entry: entry[0]):
        if len(group) < min_readings:
            continue
        temperatures = [reading.temperature_c for reading in group]
        summaries.append(
            DailySummary(
                station=station,
                day=day,
                readings=len(group),
                min_c=min(temperatures),
                mean_c=round(fmean(temperatures), 1),
                max_c=max(temperatures),
                rain_mm=round(sum(reading.rain_mm for reading in group), 1),
                max_wind_ms=max(reading.wind_ms for reading in group),
            )
        )
    return summaries


def dew_point(temperature_c: float, humidity_pct: float) -> float:
    """Compute the dew point with the Magnus formula.

    Args:
        temperature_c: Air temperature in degrees Celsius, between -45 and 60.
        humidity_pct: Relative humidity in per cent, above 0 and up to 100.

    Returns:
        The dew point in degrees Celsius, rounded to one decimal.
    """
    if not 0 < humidity_pct <= 100:
        raise ValueError(f"humidity must be above 0 and at most 100, not {humidity_pct}")
    slope, offset = 17.62, 243.12
    gamma = math.log(humidity_pct / 100) + slope * temperature_c / (offset + temperature_c)
    return round(offset * gamma / (slope - gamma), 1)


def wind_chill(temperature_c: float, wind_ms: float) -> float:
    """Compute the wind chill temperature used by weather services in Canada and the United States.

    Args:
        temperature_c: Air temperature in degrees Celsius.
        wind_ms: Wind speed at ten metres in metres per second.

    Returns:
        The wind chill in degrees Celsius; the air temperature itself above 10 degrees or in a light wind.
    """
    wind_kmh = wind_ms * 3.6
    if temperature_c > 10 or wind_kmh < 4.8:
        return temperature_c
    factor = math.pow(wind_kmh, 0.16)
    return round(13.12 + 0.6215 * temperature_c - 11.37 * factor + 0.3965 * temperature_c * factor, 1)


def count_frost_days(summaries: Iterable[DailySummary], station: str, threshold_c: float = 0.0) -> int:
    """Count the days on which a station fell below a temperature.

    Args:
        summaries: Daily summaries of any number of stations.
        station: Code of the station to count for.
        threshold_c: A day counts if its minimum is lower than this.

    Returns:
        The number of days.
    """
    return sum(1 for entry in summaries if entry.station == station and entry.min_c < threshold_c)


def longest_dry_spell(summaries: Iterable[DailySummary], station: str, wet_day_mm: float = 1.0) -> int:
    """Find the longest run of consecutive days without noteworthy rain.

    Args:
        summaries: Daily summaries of any number of stations.
        station: Code of the station to look at.
        wet_day_mm: A day with at least this much rain ends the run, and so does a missing day.

    Returns:
        The length of the run in days.
    """
    dry = sorted(entry.day for entry in summaries if entry.station == station and entry.rain_mm < wet_day_mm)
    longest = run = 0
    for position, day in enumerate(dry):
        follows = position > 0 and (day - dry[position - 1]).days == 1
        run = run + 1 if follows else 1
        longest = max(longest, run)
    return longest
