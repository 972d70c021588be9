"""A library on a Milvus server: Lite in every run, a real server where there is one."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Abstention, Answer, Assistant, Reason, Reloading
from benchmarks.hashing import HashingEncoder
from benchmarks.server import free_port
from ingest import (
    IndexUnusableError,
    StoreError,
    Vectors,
    add_articles,
    build_index,
    load_index,
    remove_documents,
)
from ingest.index import MilvusStore, store_from
from ingest.index.milvus import server as client
from ingest.index.milvus import store as milvus_store
from ingest.index.milvus.names import collection, has_safe_names
from ingest.index.store import check_index
from tests.milvus_server import Server

pytest.importorskip("pymilvus", reason="the client of Milvus is not installed: quoth[milvus]")
TWITCH = "# Twitching\n\nA twitching eyelid is common and mostly harmless. Caffeine can cause it.\n"
CRAMP = "# Cramps\n\nA calf cramp comes suddenly and hurts. Stretching eases a calf cramp.\n"
BACK_S = 120
QUESTION = "Is a twitching eyelid harmless?"


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    kind = getattr(request, "param", "lite")
    if kind == "server" and "QUOTH_TEST_MILVUS" not in os.environ:
        pytest.skip("no Milvus server here: make test-milvus brings one")
    found = Server(tmp_path_factory.mktemp("milvus"), kind)
    yield found
    found.kill()


# The slow few that a real server is asked too; its writes take seconds each.
BOTH = pytest.mark.parametrize("server", ["lite", "server"], indirect=True)


@pytest.fixture
def store(server: Server, tmp_path: Path) -> Iterator[MilvusStore]:
    """An empty library; what the test before left on the server is dropped."""
    made = MilvusStore(server.address, tmp_path / "copy")
    yield made
    used = made.server._client
    for name in used.list_collections():
        for alias in used.list_aliases(name)["aliases"]:
            used.drop_alias(alias)
        used.drop_collection(name)
    used.close()


@pytest.fixture
def folder(articles: Callable[..., Path]) -> Path:
    return articles({"twitch.md": TWITCH, "cramp.md": CRAMP})


def asked(store: MilvusStore | Path, question: str = QUESTION) -> object:
    return Assistant(load_index(store), HashingEncoder()).ask(question)


def answered_again(reader: Assistant) -> object:
    """The first reply that quotes, asked for until it comes: a real server loads first."""
    deadline = time.monotonic() + BACK_S
    while time.monotonic() < deadline:
        if isinstance(reply := reader.ask(QUESTION), Answer):
            return reply
    pytest.fail(f"no answer {BACK_S} s after the server was started again")


def copy_of(store: MilvusStore, folder: Path) -> MilvusStore:
    """The same library, on a machine that has nothing of it yet."""
    return MilvusStore(store.server.address, folder)


@BOTH
def test_replies_are_those_of_the_folder(store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())

    reply = asked(store)

    assert isinstance(reply, Answer)
    assert reply.citations[0].quote.startswith("A twitching eyelid is common")
    assert reply == asked(store.folder)
    assert asked(store, "Who won the cup final?") == asked(store.folder, "Who won the cup final?")


@pytest.mark.slow
def test_dev_questions_get_the_same_reply_from_both(
    store: MilvusStore, seeds_index: Path, shared_eval: Path
) -> None:
    shutil.copytree(seeds_index, store.folder)
    with store.changing():
        pass  # what is in the folder is handed over
    lines = (shared_eval / "twitching/questions_dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[::4]]
    there, here = Assistant.load(store), Assistant.load(store.folder)

    replies = [(there.ask(question), here.ask(question)) for question in questions]

    assert len(replies) == 12
    assert [mine for mine, theirs in replies if mine != theirs] == []


def test_a_second_build_of_the_same_articles_changes_nothing(
    store: MilvusStore, folder: Path
) -> None:
    first = build_index([folder], store, encoder=HashingEncoder())
    before = set(store.server._client.list_collections())

    second = build_index([folder], store, encoder=HashingEncoder())

    assert (second.generation, second.n_changed) == (first.generation, 0)
    assert set(store.server._client.list_collections()) == before


@BOTH
def test_a_removed_document_is_gone_at_once(store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())

    removed = remove_documents(["twitch.md"], store, encoder=HashingEncoder())

    assert store._current() == removed.generation
    found = [
        store.server._client.query(
            name, filter='document_id == "twitch.md"', output_fields=["number"]
        )
        for name in (collection(s, "passages") for s in check_index(store.folder)[0].segments)
    ]
    assert [list(rows) for rows in found] == [[]]
    assert isinstance(asked(store), Abstention)


def test_who_began_with_one_generation_ends_with_it(store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    reader = Assistant(load_index(store), HashingEncoder())
    before = reader.ask(QUESTION)

    remove_documents(["twitch.md"], store, encoder=HashingEncoder())

    assert reader.ask(QUESTION) == before
    assert isinstance(asked(store), Abstention)


def test_what_no_generation_needs_is_dropped(
    store: MilvusStore, folder: Path, tmp_path: Path
) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    store.server._client.create_collection("quoth_half_written", dimension=2)
    store.server._client.create_collection("somebody_elses", dimension=2)

    for number in range(3):
        more = tmp_path / f"more-{number}.md"
        more.write_text(f"# Number {number}\n\nMagnesium number {number} is a mineral.\n")
        add_articles([more], store, encoder=HashingEncoder())

    there = set(store.server._client.list_collections())
    now, before = (check_index(store.folder)[0], store.folder / "generations")
    assert {p.name for p in before.iterdir()} == {now.generation, now.previous}
    assert "quoth_half_written" not in there
    assert "somebody_elses" in there
    kept = {name for name in there if name.endswith("_files")}
    assert {collection(s, "files") for s in now.segments} <= kept
    assert len(kept) <= len(now.segments) + 2


@BOTH
def test_a_lost_working_copy_is_fetched_byte_for_byte(
    store: MilvusStore, folder: Path, tmp_path: Path
) -> None:
    built = build_index([folder], store, encoder=HashingEncoder())

    elsewhere = copy_of(store, tmp_path / "elsewhere")
    again = build_index([folder], elsewhere, encoder=HashingEncoder())

    assert (again.generation, again.n_changed) == (built.generation, 0)
    manifest, _ = check_index(elsewhere.folder)
    assert manifest == check_index(store.folder)[0]
    assert asked(elsewhere.folder) == asked(store.folder)


def test_what_could_not_be_handed_over_is_handed_over_by_the_next_build(
    store: MilvusStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder / "twitch.md"], store, encoder=HashingEncoder())
    answers_now = store._current()

    def broken(*_: object) -> None:
        raise StoreError(store.server.address, "connection lost", "Try again")

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="connection lost"):
        patch.setattr(milvus_store, "write_pieces", broken)
        build_index([folder], store, encoder=HashingEncoder())
    assert store._current() == answers_now

    class NeverAsked(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise AssertionError("the vectors were made before")

    report = build_index([folder], store, encoder=NeverAsked())
    assert store._current() == report.generation != answers_now
    assert {d.id for d in Assistant(load_index(store), HashingEncoder()).documents} == {
        "twitch.md",
        "cramp.md",
    }


def test_the_second_of_two_builders_is_refused(
    store: MilvusStore, folder: Path, tmp_path: Path
) -> None:
    build_index([folder / "twitch.md"], store, encoder=HashingEncoder())
    other = copy_of(store, tmp_path / "other")

    class Overtaken(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            build_index([folder], store, encoder=HashingEncoder())
            return super().encode(texts)

    with pytest.raises(StoreError, match="another build came first"):
        build_index([folder / "cramp.md"], other, encoder=Overtaken())

    assert store._current() == check_index(store.folder)[0].generation
    assert {d.id for d in load_index(store).documents.values()} == {"twitch.md", "cramp.md"}


def test_an_altered_piece_of_a_file_is_refused(store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    (segment,) = check_index(store.folder)[0].segments
    name = collection(segment, "files")
    row = {"number": 0, "vector": [1.0, 0.0], "content": "AAAA"}
    store.server._client.delete(name, filter="number == 0")
    store.server._client.insert(name, [row])
    store.server._client.flush(name)

    with pytest.raises(IndexUnusableError, match=r"documents\.jsonl .* is not what its manifest"):
        load_index(store)


def test_vectors_that_are_missing_are_noticed(store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    (segment,) = check_index(store.folder)[0].segments
    store.server._client.delete(collection(segment, "passages"), filter="number == 1")

    with pytest.raises(IndexUnusableError, match=r"passages .* holds 1 rows of 2"):
        load_index(store)


def test_a_server_that_lost_rows_since_is_unavailable(store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    assistant = Assistant(load_index(store), HashingEncoder())
    (segment,) = check_index(store.folder)[0].segments
    store.server._client.delete(collection(segment, "statements"), filter="number >= 0")
    store.server.n_rows(collection(segment, "statements"))

    reply = assistant.ask(QUESTION)

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.INDEX_UNAVAILABLE


@pytest.mark.parametrize("name", ["../x.npy", "s/../../x.npy", "other/x.npy", "s/x", "/s/x.npy"])
def test_a_manifest_that_would_write_elsewhere_is_refused(
    name: str, articles: Callable[..., Path], tmp_path: Path
) -> None:
    build_index([articles({"a.md": TWITCH})], tmp_path / "index", encoder=HashingEncoder())
    manifest, _ = check_index(tmp_path / "index")
    first, *others = manifest.artefacts

    assert has_safe_names(manifest)
    odd = (replace(first, name=name), *others)
    assert not has_safe_names(replace(manifest, artefacts=odd))


def test_without_an_index_there_is_a_command_that_makes_one(store: MilvusStore) -> None:
    with pytest.raises(IndexUnusableError, match=r"no index at .* python -m ingest build"):
        load_index(store)


def test_a_server_that_dies_while_it_is_asked_leads_to_an_abstention(
    store: MilvusStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    assistant = Reloading(store, lambda at: Assistant(load_index(at), HashingEncoder()))
    assert isinstance(assistant.ask(QUESTION), Answer)
    assert assistant.trouble is None

    def dead(*_: object, **__: object) -> None:
        raise ConnectionError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(store.server._client, "search", dead)
        patch.setattr(store.server._client, "describe_collection", dead)
        patch.setattr(store, "_looked", (-milvus_store.LOOK_S, None, None))
        reply = assistant.ask(QUESTION)
        trouble = assistant.trouble
    store._looked = (-milvus_store.LOOK_S, None, None)

    assert isinstance(reply, Abstention)
    assert reply.reason is Reason.INDEX_UNAVAILABLE
    assert reply.generation is None, "a reply of no generation is not kept for the next to ask"
    assert "not a diagnosis" in reply.disclaimer
    assert trouble is not None and store.server.address in trouble
    assert assistant.trouble is None
    assert isinstance(assistant.ask(QUESTION), Answer)


@BOTH
def test_a_killed_server_loses_nothing(server: Server, store: MilvusStore, folder: Path) -> None:
    build_index([folder], store, encoder=HashingEncoder())
    before = asked(store)
    reader = Assistant(load_index(store), HashingEncoder())

    server.kill()
    silent = reader.ask(QUESTION)
    server.start()

    assert isinstance(silent, Abstention) and silent.reason is Reason.INDEX_UNAVAILABLE
    assert answered_again(reader) == before
    assert asked(copy_of(store, store.folder)) == before


def test_no_server_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ANSWER_S", 0.2)
    nobody = MilvusStore(f"milvus+http://127.0.0.1:{free_port()}", tmp_path)

    with pytest.raises(StoreError, match="See that the server runs"):
        load_index(nobody)
    assert nobody.current() is None
    assert "127.0.0.1" in str(nobody.trouble())
    assert Assistant.load_or_abstain(nobody).trouble is not None


def test_a_refused_token_names_the_setting_and_not_the_token(tmp_path: Path) -> None:
    from pymilvus import MilvusException

    store = MilvusStore("milvus+http://127.0.0.1:19530", tmp_path, token="root:sesame")

    with pytest.raises(StoreError, match="QUOTH_STORE_TOKEN") as refused, store.server.told():
        raise MilvusException(code=1800, message="auth check failure, please check api key")

    assert "sesame" not in str(refused.value)


def test_without_the_client_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)

    with pytest.raises(StoreError, match=r"pip install '\.\[milvus\]'"):
        load_index(MilvusStore("milvus+http://127.0.0.1:19530", tmp_path))


def test_another_address_is_refused_and_none_is_the_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        MilvusStore("http://127.0.0.1:19530", tmp_path)
    assert str(refused.value) == (
        "The index at http://127.0.0.1:19530 cannot be used: the address of a Milvus server begins"
        " with milvus+http://. Write QUOTH_STORE=milvus+http://HOST:19530, or leave it out for the"
        " folder."
    )
    assert store_from(None, tmp_path) == tmp_path
