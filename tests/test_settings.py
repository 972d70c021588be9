"""Settings come from QUOTH_* variables, and a mistake in one is an error."""

from pathlib import Path

import pytest

from assistant import SettingsError
from assistant.settings import read_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUOTH_PORT", "QUOTH_HOST", "QUOTH_INDEX", "QUOTH_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_the_default_is_the_loopback() -> None:
    settings = read_settings()

    assert (settings.host, settings.port, settings.index) == ("127.0.0.1", 7860, Path(".index"))


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_PORT", "8000")

    assert read_settings(port=None).port == 8000
    assert read_settings(port=9000).port == 9000


def test_a_variable_that_nobody_reads_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_PROT", "8000")

    with pytest.raises(SettingsError, match="unknown variable QUOTH_PROT"):
        read_settings()


def test_a_value_out_of_bounds_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_PORT", "99999")

    with pytest.raises(SettingsError, match="QUOTH_PORT"):
        read_settings()


def test_a_region_without_helplines_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_REGION", "gb")
    assert read_settings().region == "gb"

    monkeypatch.setenv("QUOTH_REGION", "atlantis")
    with pytest.raises(SettingsError, match="no helplines for 'atlantis'"):
        read_settings()
