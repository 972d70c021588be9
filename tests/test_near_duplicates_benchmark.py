"""What tells two nearly equal passages apart is named by the gravest difference."""

from pathlib import Path

import pytest

from benchmarks.near_duplicates import difference, measure
from ingest import build_index
from tests.conftest import HashingEncoder


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ("wool socks help cold feet in 3 days", "a number"),
        ("wool socks do not help cold feet", "a negation"),
        ("wool socks help cold hands", "a word of content"),
        ("wool socks will help the cold feet", "function words"),
        ("cold feet help wool socks", "order of words"),
    ],
)
def test_the_gravest_difference_is_named(other: str, kind: str) -> None:
    assert difference("wool socks help cold feet".split(), other.split()) == kind


def test_pairs_above_the_threshold_are_found_and_others_are_not(tmp_path: Path) -> None:
    words = (
        "feet get cold in winter when frost bites and wool socks help them stay warm for".split()
    )
    texts = [f"{' '.join(words)} {end}." for end in ("hours", "days")]
    (tmp_path / "a.txt").write_text(
        "\n\n".join([*texts, "Reindeer eat lichen on the wide plains."])
    )
    build_index([tmp_path / "a.txt"], tmp_path / "index", encoder=HashingEncoder())

    found = measure(tmp_path / "index")

    # 17 words make 15 runs of three; one differs: 14 shared of 16
    assert found["pairs"] == {"same title, .8 to .9": {"a word of content": 1}}
