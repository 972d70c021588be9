"""What tests share: a fast encoder without a model, article folders, and indexes built once."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from assistant import Assistant
from ingest import EncoderIdentity, Vectors, analyse, build_index, load_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
GOLDEN = Path(__file__).parent / "golden"
GRACE_S = 10  # the page keeps connections open, so a server may not end by itself


class HashingEncoder:
    """A bag of hashed words as a unit vector: deterministic, instant, near for shared words."""

    identity = EncoderIdentity("hashing", "0" * 64, 256, 256)

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.identity.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in analyse(text) or ["nothing"]:
                row[hashlib.sha256(term.encode()).digest()[0]] += 1
            row /= np.linalg.norm(row)
        return rows


def assistant_over(folder: Path, files: Mapping[str, str]) -> Assistant:
    """An Assistant over articles, by name, that are written to and indexed in `folder`."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    build_index([folder], folder / "index", encoder=HashingEncoder())
    return Assistant(load_index(folder / "index"), HashingEncoder())


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def articles(tmp_path: Path) -> Callable[..., Path]:
    """Write articles into a fresh folder: `articles(**{"a.md": "text"})` or with a dict."""

    def write(files: dict[str, str]) -> Path:
        folder = tmp_path / "articles"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The five source articles, which are not part of this repository."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the source articles are not beside this checkout (../shared/seeds)")
    return folder


@pytest.fixture(scope="session")
def shared_eval() -> Path:
    """Evaluation data, which is not part of this repository."""
    folder = SHARED / "eval"
    if not folder.is_dir():
        pytest.skip("the evaluation data are not beside this checkout (../shared/eval)")
    return folder


@pytest.fixture(scope="session")
def starter_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter corpus, built once with the real model."""
    folder = tmp_path_factory.mktemp("starter") / "index"
    build_index([REPOSITORY / "corpus"], folder)
    return folder


@pytest.fixture(scope="session")
def seeds_index(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five source articles, built once with the real model."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    build_index([seeds], folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A Chromium for a file of tests: while it is open, no test can run an event loop."""
    from benchmarks.browser import chromium  # Playwright is slow to import

    with chromium() as opened:
        yield opened


@pytest.fixture
def starter_copy(starter_index: Path, tmp_path: Path) -> Path:
    """The built starter corpus, to damage."""
    return Path(shutil.copytree(starter_index, tmp_path / "index"))


@contextmanager
def running_server(
    index: Path, *, log: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The server as a user starts it, on a free loopback port."""
    command = [sys.executable, str(REPOSITORY / "app.py"), "--index", str(index), "--port"]
    with running(command, ready="/readyz", log=log, env=env) as url:
        yield url


@contextmanager
def running(
    command: Sequence[str],
    *,
    ready: str,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """A server whose last argument is its port: up when `ready` answers 200, ended by its id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (log or Path(os.devnull)).open("wb") as output:
        server = subprocess.Popen(
            [*command, str(port)],
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
    try:
        _wait_until_ready(server, f"http://127.0.0.1:{port}", ready)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, ready: str) -> None:
    """Ask until it answers; a server that ended or does not come up in a minute fails the test."""
    for _ in range(4):
        transport = httpx.HTTPTransport(retries=6)  # waits 0, 0.5, 1, 2, 4, 8 seconds
        with httpx.Client(transport=transport, timeout=60) as client:
            try:
                assert client.get(url + ready).status_code == 200
                return
            except httpx.ConnectError:
                assert server.poll() is None, f"the server ended with {server.returncode}"
    pytest.fail("the server did not come up")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Rewrite tests/golden/ to match.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare rendered text with a file under tests/golden/, to the letter."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no {path}; write it with: pytest --update-golden"
        assert text == path.read_text(encoding="utf-8")

    return compare
