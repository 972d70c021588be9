"""Records to JSON and back. dicts live here and nowhere else in ingest."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ingest.records import (
    Artefact,
    AskedAs,
    Block,
    BlockKind,
    Document,
    Dropped,
    DropReason,
    EncoderIdentity,
    Entry,
    Inverted,
    Manifest,
    Metadata,
    Passage,
    Place,
    Search,
    Section,
    WrittenFrom,
)


def document_to_line(document: Document) -> str:
    """One document as one line of JSON."""
    return json.dumps(asdict(document), ensure_ascii=True, sort_keys=True)


def document_from_line(line: str) -> Document:
    """The document that `document_to_line` wrote."""
    raw = json.loads(line)
    return Document(
        id=raw["id"],
        text=raw["text"],
        sections=tuple(_section(s) for s in raw["sections"]),
        metadata=_metadata(raw["metadata"]),
        dropped=tuple(Dropped(**{**d, "reason": DropReason(d["reason"])}) for d in raw["dropped"]),
    )


def entry_to_line(entry: Entry) -> str:
    """One line of the register."""
    return json.dumps(asdict(entry), sort_keys=True)


def entry_from_line(line: str) -> Entry:
    """The entry that `entry_to_line` wrote."""
    return Entry(**json.loads(line))


def passage_to_line(passage: Passage) -> str:
    """One passage as one line of JSON: its places only. The words stand once, in the document."""
    return json.dumps([asdict(place) for place in (passage.place, *passage.also)], sort_keys=True)


def passage_from_line(line: str, documents: Mapping[str, Document]) -> Passage:
    """The passage, its text sliced from its document, so that it cannot differ from it."""
    first, *others = places_from_line(line)
    text = documents[first.document_id].text[first.start : first.end]
    return Passage(text, first, tuple(others))


def places_from_line(line: str) -> tuple[Place, ...]:
    """The places of the passage that a line stands for; the first of them leads."""
    return tuple(
        Place(**{**raw, "heading_path": tuple(raw["heading_path"])}) for raw in json.loads(line)
    )


def manifest_to_json(manifest: Manifest) -> str:
    """The manifest as readable JSON."""
    return json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n"


def manifest_from_json(text: str) -> Manifest:
    """The manifest that `manifest_to_json` wrote."""
    raw = json.loads(text)
    return Manifest(
        **{
            **raw,
            "encoder": EncoderIdentity(**raw["encoder"]),
            "artefacts": tuple(Artefact(**a) for a in raw["artefacts"]),
            "segments": tuple(raw["segments"]),
            "versions": tuple((name, version) for name, version in raw["versions"]),
            "search": Search(raw.get("search", Search.AUTO)),
            "inverted": tuple((name, Inverted(**how)) for name, how in raw.get("inverted", ())),
        }
    )


def _section(raw: dict[str, Any]) -> Section:
    blocks = tuple(Block(BlockKind(b["kind"]), b["start"], b["end"]) for b in raw["blocks"])
    return Section(tuple(raw["heading_path"]), raw["question"], raw["start"], raw["end"], blocks)


def _metadata(raw: dict[str, Any]) -> Metadata:
    sources = (WrittenFrom(**{**s, "sections": tuple(s["sections"])}) for s in raw["written_from"])
    asked = (AskedAs(a["section"], tuple(a["wordings"])) for a in raw.get("asked_as", ()))
    return Metadata(
        **{
            **raw,
            "authors": tuple(raw["authors"]),
            "written_from": tuple(sources),
            "asked_as": tuple(asked),
        },
    )
