"""Settings come from QUOTH_* variables, and a mistake in one is an error."""

from pathlib import Path

import pytest

from assistant import SettingsError
from assistant.settings import read_settings, store_of
from ingest.index import MilvusStore
from ingest.index.stores import FolderStore


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUOTH_PORT", "QUOTH_HOST", "QUOTH_INDEX", "QUOTH_REGION", "QUOTH_STORE"):
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUOTH_BASIC_AUTH", "secret-without-user"),
        ("QUOTH_BASIC_AUTH", ":secret-without-user"),
        ("QUOTH_ACCESS_TOKEN", "secret"),
    ],
)
def test_a_password_that_cannot_be_used_is_an_error_that_does_not_show_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name) as caught:
        read_settings()
    assert "secret" not in str(caught.value)


def test_the_index_is_in_the_folder_unless_a_server_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(store_of(read_settings()), FolderStore)

    monkeypatch.setenv("QUOTH_STORE", "milvus+http://host:19530")
    assert isinstance(store_of(read_settings()), MilvusStore)


def test_a_password_is_not_shown_where_settings_are_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTH_BASIC_AUTH", "nurse:owl-feather")

    assert "owl-feather" not in repr(read_settings())


def test_a_proxy_is_named_by_address_or_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_TRUSTED_PROXIES", '["127.0.0.1", "10.0.0.0/8", "::1"]')
    assert read_settings().trusted_proxies == ("127.0.0.1", "10.0.0.0/8", "::1")

    for anyone in ('["*"]', '["proxy.example"]'):
        monkeypatch.setenv("QUOTH_TRUSTED_PROXIES", anyone)
        with pytest.raises(SettingsError, match="QUOTH_TRUSTED_PROXIES"):
            read_settings()


@pytest.mark.parametrize("value", ["quoth.example.org", "a.example,b.example", '["a.example"', ""])
@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("QUOTH_ALLOWED_HOSTS", '["quoth.example.org"]'),
        ("QUOTH_TRUSTED_PROXIES", '["127.0.0.1"]'),
    ],
)
def test_a_list_that_is_no_json_is_an_error_that_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, example: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert f"{name}: Value error, expected a JSON list such as {example}" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [("/quoth", "/quoth"), ("quoth", "/quoth"), ("/a/b/", "/a/b"), ("/", ""), ("", "")],
)
def test_a_root_path_has_one_slash_in_front_and_none_behind(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("QUOTH_ROOT_PATH", given)

    assert read_settings().root_path == used


@pytest.mark.parametrize("given", ["/a//b", "/a?b", "https://quoth.example.org/a", "/a b", "/<a>"])
def test_a_root_path_that_is_no_path_is_an_error(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("QUOTH_ROOT_PATH", given)

    with pytest.raises(SettingsError, match=r"QUOTH_ROOT_PATH.*expected a path such as /quoth"):
        read_settings()
