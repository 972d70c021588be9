"""No question is kept: after a thousand of them, none is on the disk or in the log."""

from pathlib import Path

import httpx
import pytest

from tests.conftest import running_server

pytestmark = pytest.mark.slow
CANARY = "quoth canary zx81"


def requests(canary: str) -> list[dict[str, object]]:
    """Every way a question can come in: answered, declined, in crisis, malformed, too large."""
    return [
        {"json": {"question": f"Are ALS twitches painful? {canary}"}},
        {"json": {"question": f"{canary} capital of France"}},
        {"json": {"question": f"I want to kill myself {canary}"}},
        {"json": {"question": f"{canary} " * 300}},
        {"json": {"question": [canary]}},
        {"json": {"wrong": canary}},
        {"content": f'{{"question": "{canary}'.encode()},
        {"content": canary.encode() * 5000},
        {"json": {"question": canary}, "headers": {"host": f"{canary.replace(' ', '-')}.example"}},
        {"params": {"q": canary}, "json": {"question": f"eyelid {canary}"}},
    ]


def test_a_thousand_questions_leave_no_trace(starter_copy: Path, tmp_path: Path) -> None:
    """Home, temporary folder, index and log are fresh, and everything in them is searched."""
    places = {name: tmp_path / name for name in ("home", "tmp", "cache")}
    for place in places.values():
        place.mkdir()
    env = {
        "HOME": str(places["home"]),
        "TMPDIR": str(places["tmp"]),
        "XDG_CACHE_HOME": str(places["cache"]),
    }
    answers: list[int] = []

    with (
        running_server(starter_copy, log=tmp_path / "server.log", env=env) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        for _ in range(100):
            for request in requests(CANARY):
                answers.append(client.post("/api/ask", **request).status_code)  # type: ignore[arg-type]
        seen_by_metrics = client.get("/metrics").text

    assert len(answers) == 1000
    assert set(answers) == {200, 413, 421, 422}
    assert CANARY.split()[-1] not in seen_by_metrics
    searched = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "server.log" in searched
    needles = [CANARY.split()[-1].encode(), CANARY.replace(" ", "-").encode()]
    assert [p for p in searched if any(needle in p.read_bytes() for needle in needles)] == []
