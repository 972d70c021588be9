"""Results on file: one JSON file a commit, so that a figure can be traced to the code it is of."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results")


def save(name: str, result: object, *, folder: Path = RESULTS) -> Path:
    """Add `result` under `name` to the file of this commit; a second run replaces the first.

    `uncommitted` says that files differed from the commit when it was measured.
    """
    commit = _git("rev-parse", "HEAD")[:12]
    day = datetime.now(UTC).date().isoformat()
    path = next(iter(sorted(folder.glob(f"*-{commit}.json"))), folder / f"{day}-{commit}.json")
    filed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    filed[name] = {"day": day, "uncommitted": bool(_git("status", "--porcelain")), "result": result}
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps(filed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _git(*arguments: str) -> str:
    """What git says of this repository."""
    command = ("git", "-C", str(Path(__file__).parent), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
