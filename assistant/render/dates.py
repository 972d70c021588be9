"""Dates as people read them, and how old they are."""

from datetime import date

MONTHS = (
    "January February March April May June July August September October November December"
).split()
OLD_YEARS = 3
ISO_PARTS = ([4], [4, 2], [4, 2, 2])


def in_words(published: str) -> str:
    """A full ISO date spelled out, so that no region misreads it; anything else as given."""
    numbers = published.split("-")
    is_iso = list(map(len, numbers)) == [4, 2, 2] and _are_numbers(numbers)
    if not is_iso or not 1 <= int(numbers[1]) <= len(MONTHS):
        return published
    year, month, day = numbers
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def year_of(published: str | None) -> float | None:
    """The year with its fraction by month, 2017.5 for July 2017; None where none is stated."""
    if published is None:
        return None
    numbers = published.split("-")
    if list(map(len, numbers)) not in ISO_PARTS or not _are_numbers(numbers):
        return None
    month = int(numbers[1]) if len(numbers) > 1 else 1
    return int(numbers[0]) + (month - 1) / 12


def is_old(published: str | None, today: date) -> bool:
    """Whether more than `OLD_YEARS` years have gone by. A bare year counts from its end."""
    if year_of(published) is None or published is None:
        return False
    limit = f"{today.year - OLD_YEARS:04}-{today.month:02}-{today.day:02}"
    return published < limit[: len(published)]


def _are_numbers(parts: list[str]) -> bool:
    return all(part.isascii() and part.isdecimal() for part in parts)
