"""Two processes answer from one library on a Milvus server, behind nginx, while it changes."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import httpx
import pytest

from benchmarks.hashing import HashingEncoder
from benchmarks.server import free_port
from ingest import build_index
from ingest.index import MilvusStore
from tests.conftest import running
from tests.milvus_server import Server
from tests.test_operate import NAME, NGINX, Front, certificate, configuration, needs_nginx

pytest.importorskip("milvus_lite", reason="Milvus Lite is not installed: the extra dev")
QUESTION = {"question": "Is a twitching eyelid harmless?"}
REPLICA = f"""
import sys
from assistant import Assistant, Reloading
from assistant.settings import Settings
from assistant.web.serve import serve
from benchmarks.hashing import HashingEncoder
from ingest import load_index
from ingest.index import MilvusStore
store = MilvusStore(sys.argv[1], sys.argv[2])
serve(
    Reloading(store, lambda at: Assistant(load_index(at), HashingEncoder())),
    Settings(port=int(sys.argv[3]), trusted_proxies=("127.0.0.1",), allowed_hosts=("{NAME}",),
             rate_per_minute=0, cached_replies=0, reload_s=0.1),
)
"""


def article(folder: Path, says: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "twitch.md").write_text(f"# Twitching\n\n{says} Caffeine can cause it.\n")
    return folder


FIRST = "A twitching eyelid is common and mostly harmless."
SECOND = "A twitching eyelid is very common, and harmless as a rule."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MilvusStore]:
    (tmp_path / "milvus").mkdir()
    server = Server(tmp_path / "milvus", "lite")
    yield MilvusStore(server.address, tmp_path / "copy")
    server.kill()


@needs_nginx
@pytest.mark.slow
def test_a_new_generation_reaches_every_replica_without_an_error_or_a_mixture(
    store: MilvusStore, tmp_path: Path
) -> None:
    first = build_index([article(tmp_path / "a", FIRST)], store, encoder=HashingEncoder())
    certificate(tmp_path)
    http, https = free_port(), free_port()
    with ExitStack() as stack:
        command = [sys.executable, "-c", REPLICA, store.server.address, str(tmp_path / "none")]
        replicas = [stack.enter_context(running(command, ready="/readyz")) for _ in range(2)]
        ports = [int(url.rsplit(":", 1)[1]) for url in replicas]
        main = configuration(tmp_path, ports[0], http, https)
        site = (tmp_path / "site.conf").read_text()
        one = f"server 127.0.0.1:{ports[0]};"
        (tmp_path / "site.conf").write_text(
            site.replace(one, f"{one} server 127.0.0.1:{ports[1]};")
        )
        nginx = subprocess.Popen([str(NGINX), "-c", str(main), "-e", str(tmp_path / "error.log")])
        stack.callback(nginx.wait)
        stack.callback(nginx.terminate)
        with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as client:
            client.get(f"http://127.0.0.1:{http}/")
        front = Front(http, https, tmp_path, replicas[0])
        begun = Event()

        def traffic() -> list[tuple[int, str, str]]:
            seen = []
            for _ in range(50):  # nginx lets 60 of one visitor pass at once
                reply = front("POST", "/api/ask", json=QUESTION)
                begun.set()
                said = reply.json()
                seen.append((reply.status_code, said["generation"], said["citations"][0]["quote"]))
            return seen

        with ThreadPoolExecutor(1) as visitor:
            running_traffic = visitor.submit(traffic)
            begun.wait(timeout=60)
            second = build_index([article(tmp_path / "a", SECOND)], store, encoder=HashingEncoder())
            seen = running_traffic.result()
        for url in replicas:
            found = (httpx.post(url + "/api/ask", json=QUESTION).json() for _ in range(200))
            assert next(r for r in found if r["generation"] == second.generation)

    said = {first.generation: FIRST, second.generation: SECOND}
    assert len(seen) == 50
    assert [status for status, _, _ in seen if status != 200] == []
    assert [seen for seen in seen if said[seen[1]] not in seen[2]] == []
    assert first.generation in {generation for _, generation, _ in seen}
