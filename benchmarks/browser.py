"""Chromium and a running server, for what is measured or photographed as a person sees it."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
REPOSITORY = Path(__file__).resolve().parent.parent
START_S, GRACE_S = 120, 10  # seconds until a server answers; seconds until it is killed


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless.

    Raises:
        RuntimeError: there is none.
    """
    if CHROMIUM is None:
        raise RuntimeError("Chromium is not installed. Type: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def quoth(index: Path) -> Iterator[str]:
    """The address of Quoth's own server on an index."""
    command = [
        sys.executable,
        str(REPOSITORY / "app.py"),
        "--index",
        str(index.resolve()),
        "--port",
    ]
    with server(command, ready="/readyz") as address:
        yield address


@contextmanager
def server(command: Sequence[str], *, ready: str) -> Iterator[str]:
    """A server on the loopback whose last argument is its port, ended by its id.

    Raises:
        RuntimeError: it ended, or does not answer within `START_S`.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, str(port)], cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}{ready}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.25)
    raise RuntimeError(f"no answer from {url} in {START_S} s")
