"""Command lines: the answer to stdout, the rest to stderr, exit 0, 1 or 2."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
REPLY_KEYS = [
    "schema", "kind", "notices", "citations", "sources_differ", "reason", "did_you_mean",
    "related_questions", "disclaimer", "generation",
]  # fmt: skip
CITATION_KEYS = {
    "quote", "document_id", "document_sha256", "start", "end", "title", "publisher", "source_kind",
    "published", "url", "deep_link", "section", "faq_question", "flags", "gate",
}  # fmt: skip


def run(
    *arguments: str, stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=REPOSITORY,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **(env or {})},
    )


def test_ask_prints_one_json_reply_of_the_promised_shape(starter_index: Path) -> None:
    done = run(
        "assistant", "ask", "Are ALS twitches painful?", "--json", "--index", str(starter_index)
    )

    assert (done.returncode, done.stderr) == (0, "")
    reply = json.loads(done.stdout)
    assert list(reply) == REPLY_KEYS
    assert (reply["schema"], reply["kind"], reply["reason"]) == (1, "answer", None)
    assert set(reply["citations"][0]) == CITATION_KEYS


def test_ask_shows_the_same_in_words(starter_index: Path) -> None:
    done = run("assistant", "ask", "Are ALS twitches painful?", "--index", str(starter_index))

    assert done.returncode == 0
    assert "What these articles say" in done.stdout
    assert "| " in done.stdout
    assert "Questions these articles answer" in done.stdout


def test_a_declined_question_is_told_what_the_library_covers(starter_index: Path) -> None:
    done = run("assistant", "ask", "What is the capital of France?", "--index", str(starter_index))

    assert done.returncode == 0
    assert "This library holds 30 articles, among them: ALS: first signs" in done.stdout


def test_survival_figures_are_folded_until_they_are_asked_for(starter_index: Path) -> None:
    question = "How fast does ALS get worse after the first symptoms?"
    folded = run("assistant", "ask", question, "--index", str(starter_index))
    shown = run("assistant", "ask", question, "--show-gated", "--index", str(starter_index))

    figures = "two to five years"
    assert figures not in _unwrapped(folded.stdout)
    assert figures in _unwrapped(shown.stdout)


def _unwrapped(shown: str) -> str:
    """A terminal's quotes without the marks and line ends that it wraps them with."""
    return " ".join(shown.replace("|", " ").split())


def test_a_batch_keeps_order_and_ids(starter_index: Path) -> None:
    lines = [
        '{"id": "b", "question": "What is a fasciculation?"}',
        "",
        '{"id": "a", "question": "What is the capital of France?"}',
        '{"id": 3, "question": 7}',
    ]

    done = run(
        "assistant", "ask", "--batch", "-", "--index", str(starter_index), stdin="\n".join(lines)
    )

    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [(r["id"], r["kind"], r["reason"]) for r in replies] == [
        ("b", "answer", None),
        ("a", "abstention", "off_topic"),
        (3, "input_error", "empty"),
    ]


def test_half_a_character_and_a_byte_order_mark_lose_nothing_of_a_batch(
    starter_index: Path, tmp_path: Path
) -> None:
    lines = r"""{"id": "a", "question": "What is a fasciculation?"}
{"id": "\ud800", "question": "\ud800 twitch"}
{"id": "c", "question": "What is the capital of France?"}"""
    file = tmp_path / "batch.jsonl"
    file.write_text(lines, encoding="utf-8-sig")

    done = run("assistant", "ask", "--batch", str(file), "--index", str(starter_index))

    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [reply["id"] for reply in replies] == ["a", "\ud800", "c"]


def test_bytes_of_another_encoding_on_the_command_line_are_asked(starter_index: Path) -> None:
    question = b"Are ALS twitches painful? caf\xe9"
    done = run("assistant", "ask", os.fsdecode(question), "--index", str(starter_index))

    assert done.returncode == 0, done.stderr


def test_verify_accepts_what_ask_printed_and_refuses_one_changed_word(
    starter_index: Path, tmp_path: Path
) -> None:
    index = ("--index", str(starter_index))
    reply = run("assistant", "ask", "What is a fasciculation?", "--json", *index).stdout
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(reply, encoding="utf-8")
    forged = json.loads(reply)
    forged["citations"][0]["quote"] = forged["citations"][0]["quote"].replace("twitch", "cramps", 1)
    bad.write_text(json.dumps(forged), encoding="utf-8")

    accepted = run("assistant", "verify", str(good), *index)
    refused = run("assistant", "verify", str(bad), *index)

    assert accepted.returncode == 0
    assert accepted.stdout.startswith("1 replies, ")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "reply 1, citation 1: the quote is not what" in refused.stderr


def test_a_missing_index_says_how_to_build_it_and_still_replies(tmp_path: Path) -> None:
    done = run("assistant", "ask", "I can't breathe", "--json", "--index", str(tmp_path / "none"))

    assert done.returncode == 1
    assert f"python -m ingest build corpus --index {tmp_path}/none" in done.stderr
    assert "Traceback" not in done.stderr
    reply = json.loads(done.stdout)
    assert (reply["kind"], reply["reason"]) == ("abstention", "index_unavailable")
    assert reply["notices"][0]["kind"] == "emergency"


@pytest.mark.parametrize(
    "arguments",
    [
        ("assistant", "ask"),
        ("assistant", "ask", "x", "--batch", "-"),
        ("assistant", "ask", "--batch", "-", "--explain"),
        ("assistant", "ask", "--nope"),
        ("ingest", "build", "--workers", "2"),
        ("ingest", "build", "--runner", "slurm"),
    ],
)
def test_wrong_usage_exits_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")


def test_build_reports_and_check_and_list_agree(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: Feet\n---\nFeet get cold.", encoding="utf-8")
    (folder / "b.txt").write_bytes(b"\xff")
    index = ("--index", str(tmp_path / "index"))

    built = run("ingest", "build", str(folder), *index, "--report", str(tmp_path / "report.json"))
    checked = run("ingest", "check", *index)
    listed = run("ingest", "list", *index)

    assert built.returncode == 0, built.stderr
    assert "read     a.md: 1 passages" in built.stdout
    assert "b.txt: not UTF-8 (byte 0); save it as UTF-8" in built.stdout
    report = json.loads((tmp_path / "report.json").read_text())
    assert [a["outcome"] for a in report["articles"]] == ["read", "skipped"]
    assert checked.stdout.rstrip().endswith("every checksum matches")
    assert listed.stdout == "a.md\tnot stated\tFeet\n"


@pytest.mark.parametrize("verb", ["build", "add"])
def test_where_nothing_could_be_read_the_report_says_why(tmp_path: Path, verb: str) -> None:
    bad, report = tmp_path / "bad.txt", tmp_path / "report.json"
    bad.write_bytes(b"\xff")
    index = ("--index", str(tmp_path / "index"))

    made = run("ingest", verb, str(bad), *index, "--report", str(report))

    assert (made.returncode, made.stdout) == (1, "")
    assert "bad.txt: not UTF-8" in made.stderr
    said = json.loads(report.read_text())
    assert (said["generation"], said["n_passages"]) == (None, 0)
    assert [(a["outcome"], a["reason"][:9]) for a in said["articles"]] == [("skipped", "not UTF-8")]


def test_add_and_remove_change_what_is_listed_and_answered(tmp_path: Path) -> None:
    index = ("--index", str(tmp_path / "index"))
    for name, text in (("a.md", "Feet get cold in winter."), ("b.md", "Zebras wear stripes.")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = tmp_path / "report.json"

    first = run("ingest", "add", str(tmp_path / "a.md"), *index)
    second = run("ingest", "add", str(tmp_path / "b.md"), *index, "--report", str(report))
    both = run("ingest", "list", *index)
    removed = run("ingest", "remove", "b.md", *index)
    one = run("ingest", "list", *index)
    again = run("ingest", "remove", "b.md", *index)

    assert [r.returncode for r in (first, second, both, removed, one)] == [0] * 5, second.stderr
    assert [line.split("\t")[0] for line in both.stdout.splitlines()] == ["a.md", "b.md"]
    assert [a["document_id"] for a in json.loads(report.read_text())["articles"]] == ["b.md"]
    assert removed.stdout.startswith("removed  b.md\n")
    assert [line.split("\t")[0] for line in one.stdout.splitlines()] == ["a.md"]
    assert (again.returncode, again.stdout) == (1, "")
    assert "Not in the library: b.md" in again.stderr


def test_a_second_build_says_that_nothing_changed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Feet get cold in winter.", encoding="utf-8")
    command = ("ingest", "build", str(tmp_path / "a.md"), "--index", str(tmp_path / "index"))

    first, second = run(*command), run(*command)

    assert "1 articles read, 0 skipped, 1 passages" in first.stdout
    assert "0 articles read, 0 skipped, 1 unchanged, 1 passages" in second.stdout


def test_check_exits_1_and_names_the_bad_file(starter_copy: Path) -> None:
    (damaged,) = starter_copy.rglob("passages.npy")
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")

    done = run("ingest", "check", "--index", str(starter_copy))

    assert (done.returncode, done.stdout) == (1, "")
    assert "passages.npy has changed since it was written" in done.stderr
    assert "Traceback" not in done.stderr


def test_building_from_nothing_exits_1(tmp_path: Path) -> None:
    done = run("ingest", "build", str(tmp_path), "--index", str(tmp_path / "index"))

    assert done.returncode == 1
    assert "no article files were found" in done.stderr


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("./no-such-folder", "no such folder"),
        ("nobody/no-such-model", "neither a folder nor in the local model cache"),
    ],
)
def test_a_model_that_cannot_be_had_is_an_error_and_never_another_model(
    tmp_path: Path, model: str, message: str
) -> None:
    (tmp_path / "a.txt").write_text("Feet get cold.", encoding="utf-8")

    done = run(
        "ingest", "build", str(tmp_path), "--model", model, "--index", str(tmp_path / "index")
    )

    assert done.returncode == 1
    assert message in done.stderr
    assert not (tmp_path / "index" / "CURRENT").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("questions", "/nope"), "No such file or directory: '/nope'"),
        (("questions", "benchmarks/data/starter_accept.jsonl", "--index", "/nope"), "No index at"),
        (
            ("questions", "benchmarks/safety_phrases/crisis.jsonl"),
            "the data have no field 'accept'",
        ),
        (("retrieval", "/nope"), "/nope is no BEIR folder"),
        (("safety", "/nope"), "No such file or directory: '/nope'"),
    ],
)
def test_a_benchmark_says_what_it_cannot_use_and_what_to_do(
    arguments: tuple[str, ...], message: str
) -> None:
    done = run("benchmarks", *arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert re.search(r"python -m (ingest build|benchmarks \w+ --help)", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", [("app",), ("assistant", "ask", "x"), ("assistant", "mcp"), ("assistant", "verify")]
)
def test_a_mistyped_setting_is_an_error(command: tuple[str, ...]) -> None:
    arguments = (*command, "-") if command[-1] == "verify" else command
    done = run(*arguments, env={"QUOTH_PROT": "80"})

    assert (done.returncode, done.stdout) == (1, "")
    assert "unknown variable QUOTH_PROT" in done.stderr


def test_the_settings_choose_index_and_helplines_of_the_command_line(tmp_path: Path) -> None:
    env = {"QUOTH_REGION": "gb", "QUOTH_INDEX": str(tmp_path / "none")}

    done = run("assistant", "ask", "i want to kill myself", env=env)

    assert "in the UK call Samaritans on 116 123." in _unwrapped(done.stdout)
    assert "988" not in done.stdout
    assert f"No index at {tmp_path / 'none'}" in done.stderr
