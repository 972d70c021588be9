"""What a library's collections are called, and which files of a generation are vectors.

quoth                                  alias: the generation that answers
quoth_<generation>                     its manifest, in pieces
quoth_<segment>_files                  texts, places, postings, keys: whole files, in pieces
quoth_<segment>_passages, _questions, _statements   vectors, searched by the server
"""

import re
from collections.abc import Iterable

from ingest.index.segment import VECTORS
from ingest.records import Artefact, Manifest

ALIAS = "quoth"
SAFE = re.compile(r"[\w-]+/\w+\.\w+")  # a manifest comes from elsewhere, and names files to write


def collection(name: str, kind: str = "") -> str:
    """Milvus takes letters, digits and underscores."""
    return "_".join([ALIAS, name.replace("-", "_"), *([kind] if kind else [])])


def generation_of(name: str) -> str:
    """The generation that `collection` made a name of."""
    return "-".join(name.removeprefix(f"{ALIAS}_").rsplit("_", 1))


def collections_of(segments: Iterable[str], generation: str | None) -> set[str]:
    """All that a generation of these segments consists of."""
    kinds = ("files", *VECTORS)
    names = {collection(segment, kind) for segment in segments for kind in kinds}
    return names | ({collection(generation)} if generation else set())


def is_of_vectors(artefact: Artefact) -> bool:
    """Whether a file's content is rows that the server searches, not pieces of a file."""
    return artefact.name.partition("/")[2] in {f"{kind}.npy" for kind in VECTORS}


def artefacts_of(manifest: Manifest, segment: str) -> list[Artefact]:
    """The files of a segment, in the manifest's order."""
    return [a for a in manifest.artefacts if a.name.startswith(f"{segment}/")]


def has_safe_names(manifest: Manifest) -> bool:
    """Whether every file that it names lies in a folder of one of its segments."""
    names = [artefact.name for artefact in manifest.artefacts]
    return all(
        SAFE.fullmatch(name) and name.partition("/")[0] in manifest.segments for name in names
    )
