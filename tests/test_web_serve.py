"""The process that serves: finishes what it has when told to stop, comes back after a kill."""

import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from benchmarks.server import end, free_port
from benchmarks.server import running as running_app
from tests.conftest import REPOSITORY, running

pytestmark = pytest.mark.slow

MAX_HEAD_BYTES = 64 * 1024  # uvicorn's, of a head that has not ended

# An answer that takes a second, so that the signal comes while it is being made.
SERVER = """
import runpy, sys, threading
from assistant.settings import Settings
from assistant.web.serve import serve
fakes = runpy.run_path("tests/web.py", run_name="fakes")

def slow(question):
    threading.Event().wait(1)
    return fakes["answer"](question)

serve(fakes["Fake"](reply=slow), Settings(port=int(sys.argv[1])))
"""


# With few files, and little patience.
NARROW = """
import resource, runpy, sys
from assistant.settings import Settings
from assistant.web import connections
from assistant.web.logs import set_up_logging
from assistant.web.serve import serve
fakes = runpy.run_path("tests/web.py", run_name="fakes")

set_up_logging(as_json=False)
resource.setrlimit(resource.RLIMIT_NOFILE, (192, 192))
connections.HEAD_S = 2.0
serve(fakes["Fake"](), Settings(port=int(sys.argv[1])))
"""


def in_flight(url: str) -> bool:
    """Whether a question is being answered; asked again and again, which takes its own time."""
    return "quoth_in_flight 1.0" in httpx.get(f"{url}/metrics").text


def test_a_question_that_was_taken_on_is_answered_before_the_process_ends() -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], cwd=REPOSITORY)
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=7)) as client:
            client.get(f"{url}/healthz")
        got: list[httpx.Response] = []
        question = {"question": "Do twitches hurt?"}
        asking = threading.Thread(
            target=lambda: got.append(httpx.post(f"{url}/api/ask", json=question, timeout=30))
        )
        asking.start()
        assert any(in_flight(url) for _ in range(1000))

        server.send_signal(signal.SIGTERM)
        asking.join()
        code = server.wait(timeout=30)
    finally:
        end(server)

    assert [response.status_code for response in got] == [200]
    assert code in (0, -signal.SIGTERM)


def test_after_a_kill_the_same_index_gives_the_same_reply(starter_index: Path) -> None:
    question = {"question": "Are ALS twitches painful?"}
    replies = []
    for _ in range(2):
        with running_app(starter_index) as server:
            replies.append(httpx.post(f"{server.url}/api/ask", json=question, timeout=60).json())
            server.process.kill()

    assert replies[0] == replies[1]
    assert replies[0]["kind"] == "answer"


def test_a_head_without_end_is_cut_off() -> None:
    begun = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: "
    # One byte too many: all was read when it is refused, so nothing unread resets the connection.
    head = begun.ljust(MAX_HEAD_BYTES + 1, b"y")
    with running([sys.executable, "-c", SERVER], ready="/healthz") as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as raw:
            raw.sendall(head)
            said = b"".join(iter(lambda: raw.recv(65_536), b""))  # until it closes
        healthy = httpx.get(f"{url}/healthz").status_code

    assert said.startswith(b"HTTP/1.1 400")
    assert healthy == 200


HALF = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: "


def test_a_head_that_does_not_come_whole_is_waited_for_no_longer_than_a_body(
    tmp_path: Path,
) -> None:
    with running([sys.executable, "-c", NARROW], ready="/healthz", log=tmp_path / "log") as url:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        again = HTTPConnection(*address, timeout=30)
        with (
            socket.create_connection(address, timeout=30) as silent,
            socket.create_connection(address, timeout=30) as half,
            closing(again),
        ):
            half.sendall(HALF)
            again.request("GET", "/healthz")
            answered = again.getresponse()
            answered.read()
            again.sock.sendall(HALF)
            left = [raw.recv(65_536) for raw in (silent, half, again.sock)]

    assert answered.status == 200
    assert left == [b"", b"", b""]  # closed, each of them


def test_half_sent_heads_on_every_file_shut_nobody_out_and_fill_no_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running([sys.executable, "-c", NARROW], ready="/healthz", log=log) as url:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        with ExitStack() as stack:
            for _ in range(300):
                raw = stack.enter_context(socket.create_connection(address, timeout=30))
                raw.sendall(HALF)
            with httpx.Client(transport=httpx.HTTPTransport(retries=7)) as client:
                health = client.get(f"{url}/healthz", timeout=30).status_code

    assert health == 200
    said = log.read_text()
    assert said.count("No file descriptors are left") <= 1
    assert "socket.accept()" not in said


def test_a_page_that_is_open_when_the_server_stops_is_no_error(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", NARROW]
    with ExitStack() as stack, running(command, ready="/", log=log) as url:
        beat = httpx.stream("GET", f"{url}/page/gradio_api/heartbeat/s1", timeout=30)
        assert stack.enter_context(beat).status_code == 200

    said = log.read_text()
    assert "CancelledError" not in said
    assert "Exception in ASGI application" not in said
