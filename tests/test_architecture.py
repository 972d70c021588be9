"""The layout is the design: imports point one way, and heavy libraries stay in their rooms."""

import ast
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
MODULES = sorted(
    p.relative_to(REPOSITORY)
    for d in ("ingest", "assistant")
    for p in (REPOSITORY / d).rglob("*.py")
)
ALLOWED_ROOMS: dict[str, str | tuple[str, ...]] = {
    "faiss": "ingest/index/",
    "pymilvus": "ingest/index/milvus/server.py",
    "grpc": "ingest/index/milvus/server.py",
    "gradio": "assistant/web/",
    "fastapi": "assistant/web/",
    "uvicorn": "assistant/web/",
    "mcp": ("assistant/mcp/", "assistant/web/agents.py"),
    "prometheus_client": "assistant/web/",
    "sentence_transformers": ("ingest/embed/reference.py", "assistant/rerank.py"),
    "torch": "ingest/embed/reference.py",
    "openvino": "ingest/embed/graph.py",
    "tokenizers": "ingest/embed/graph.py",
    "ray": "ingest/distributed.py",
}
FORBIDDEN = {"pickle", "joblib", "marshal", "shelve", "dill"}


def imports(module: Path) -> set[str]:
    tree = ast.parse((REPOSITORY / module).read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return names | {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}


def calls(module: Path) -> set[str]:
    tree = ast.parse((REPOSITORY / module).read_text(encoding="utf-8"))
    return {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 30


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_point_one_way(module: Path) -> None:
    found = imports(module)

    if module.parts[0] == "ingest":
        assert not any(name.split(".")[0] in ("assistant", "app") for name in found)
    else:
        assert not any(name.startswith("ingest.") for name in found - {"ingest"})
    if module.parts[:2] == ("assistant", "safety"):
        assert not any(n.split(".")[0] == "ingest" or n == "assistant" for n in found)
        assert all(n.startswith("assistant.safety") for n in found if n.startswith("assistant"))
    elif module.parts[:2] != ("assistant", "web"):
        assert not any(name.startswith("assistant.web") for name in found)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_heavy_libraries_stay_in_their_rooms(module: Path) -> None:
    roots = {name.split(".")[0] for name in imports(module)}

    for library, room in ALLOWED_ROOMS.items():
        assert library not in roots or str(module).startswith(room)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_nothing_that_runs_what_it_reads_is_used(module: Path) -> None:
    assert not imports(module) & FORBIDDEN
    assert not calls(module) & {"eval", "exec", "yaml.load", "os.system"}


@pytest.mark.parametrize("package", ["ingest", "assistant"])
def test_a_door_is_a_docstring_and_its_names(package: str) -> None:
    tree = ast.parse((REPOSITORY / package / "__init__.py").read_text(encoding="utf-8"))

    assert ast.get_docstring(tree)
    assert {type(node) for node in tree.body[1:]} <= {ast.ImportFrom, ast.Assign}
    (names,) = [n for n in tree.body if isinstance(n, ast.Assign)]
    assert ast.unparse(names.targets[0]) == "__all__"
    assert ast.literal_eval(names.value) == sorted(ast.literal_eval(names.value))


@pytest.mark.parametrize("package", ["ingest", "assistant"])
def test_whoever_imports_a_package_gets_its_types(package: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

    assert (REPOSITORY / package / "py.typed").is_file()
    assert "py.typed" in project["tool"]["setuptools"]["package-data"][package]
