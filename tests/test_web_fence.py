"""Which paths exist at all: what the page and the API need, and nothing of Gradio's besides."""

import pytest

from assistant.web.fence import is_open
from tests.web import Inner, assert_problem, guarded, send


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, f"{root}{path}")
        for root in ("", "/page")
        for method, path in [
            ("POST", "/gradio_api/upload"),
            ("GET", "/gradio_api/upload_progress"),
            ("GET", "/gradio_api/file=http://127.0.0.1/"),
            ("GET", "/gradio_api/file/etc/passwd"),
            ("GET", "/gradio_api/proxy=https://x.hf.space/"),
            ("POST", "/gradio_api/component_server"),
            ("POST", "/gradio_api/stream/x"),
            ("POST", "/gradio_api/process_recording"),
            ("POST", "/gradio_api/vibe-edit"),
            ("POST", "/gradio_api/undo-vibe-edit"),
            ("GET", "/gradio_api/runs"),
            ("POST", "/gradio_api/run-history/connect"),
            ("GET", "/gradio_api/deep_link"),
            ("POST", "/gradio_api/run/predict"),
            ("POST", "/gradio_api/call/answer"),
            ("POST", "/gradio_api/api/answer"),
            ("GET", "/gradio_api/info"),
            ("GET", "/gradio_api/openapi.json"),
            ("GET", "/gradio_api/app_id"),
            ("GET", "/gradio_api/token"),
            ("GET", "/gradio_api/dev/reload"),
            ("GET", "/monitoring"),
            ("GET", "/monitoring/summary"),
            ("GET", "/config"),
            ("GET", "/login_check"),
            ("POST", "/login"),
            ("GET", "/svelte/x.js"),
            ("GET", "/custom_component/x"),
            ("GET", "/pwa_icon"),
            ("GET", "/robots.txt"),
        ]
    ],
)
def test_what_gradio_offers_beyond_the_page_does_not_exist(method: str, path: str) -> None:
    inner = Inner()

    assert_problem(send(guarded(inner), method, path), 404)
    assert inner.scopes == []


@pytest.mark.parametrize(
    "path",
    ["/page/assets/../gradio_api/upload", "/page/gradio_api/heartbeat/a/b", "/page/", "/pag"],
)
def test_a_path_that_only_looks_like_an_open_one_is_closed(path: str) -> None:
    assert not is_open("GET", path)


def test_gradios_script_finds_its_style_sheets_where_it_looks_for_them() -> None:
    inner = Inner()

    response = send(guarded(inner), "GET", "/assets/index.css")

    assert inner.scopes[0]["path"] == "/page/assets/index.css"
    assert "immutable" in response.headers["cache-control"]
