"""Command line of the benchmarks; each prints one JSON line."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant import Assistant, AssistantError
from benchmarks.filing import save as file_result
from benchmarks.questions import ARTICLES, read_questions, score
from ingest import IngestError, load_encoder, load_index
from ingest.options import DEFAULT_MODEL

app = typer.Typer(
    help="Measure Quoth.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def questions(
    file: Annotated[Path, typer.Argument(help="Questions with accepted quotes, JSON lines.")],
    index: Annotated[Path, typer.Option(help="Folder of the index to ask.")] = Path(".index"),
    articles: Annotated[
        Path, typer.Option(help="Folder of the articles that places in characters are read from.")
    ] = ARTICLES,
) -> None:
    """Share of questions whose first quote, or one of three, is accepted; share abstained."""
    result = score(read_questions(file, articles), Assistant.load(index).ask)
    print(json.dumps(result.to_json()))


@app.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(help="BEIR folder: corpus, queries, qrels.")],
    split: Annotated[str | None, typer.Option(help="Judgments to use: qrels/NAME.tsv.")] = None,
    index: Annotated[
        Path | None, typer.Option(help="Folder of the index. Default: .index-bench-NAME")
    ] = None,
    judged_only: Annotated[
        bool, typer.Option("--judged-only", help="Order each query's judged documents (MEDIQA).")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """Document ranking: one JSON line for the app's configuration, then one an ablation."""
    from benchmarks import retrieval as bench
    from benchmarks.beir import read_beir

    beir = read_beir(folder, split=split)
    built = bench.indexed(beir.corpus, index or Path(f".index-bench-{beir.name}"))
    encoder = load_encoder(built.manifest.encoder.name)
    measured = bench.measure(beir, built, encoder, judged_only=judged_only)
    lines = bench.to_json(measured, beir)
    for line in lines:
        print(json.dumps(line))
    if save:
        file_result(f"retrieval {beir.name}{' judged only' if judged_only else ''}", lines)


@app.command()
def abstention(
    file: Annotated[Path, typer.Argument(help='Questions with "answerable", JSON lines.')],
    corpus: Annotated[
        Path | None, typer.Option(help="A .jsonl[.gz] library to index without its titles.")
    ] = None,
    leave_out: Annotated[
        Path | None, typer.Option(help="Ids of documents to leave out of it, one a line.")
    ] = None,
    index: Annotated[
        Path | None, typer.Option(help="Folder of the index. Default: .index, or one for CORPUS")
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(help="Folder for two pictures: risk-coverage, reliability.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """AUROC of the deciding score, and both directions at the threshold, as one JSON line.

    A leave-out file finds the MedQuAD corpus and the list of what to leave out beside it.
    """
    from benchmarks import abstention as bench
    from benchmarks.pictures import draw
    from benchmarks.retrieval import indexed

    try:
        corpus, leave_out = bench.beside(file, corpus, leave_out)
    except FileNotFoundError as error:
        raise typer.BadParameter(str(error)) from None
    if corpus is None:
        built = load_index(index or Path(".index"))
    else:
        left_out = frozenset(leave_out.read_text().split("\n")) if leave_out else frozenset()
        folder = index or Path(".index-bench-answers")
        built = indexed(bench.write_answers(corpus, left_out, folder / "corpus"), folder)
    encoder = load_encoder(built.manifest.encoder.name)
    asked = bench.ask_all(bench.read_asked(file), built, encoder)
    result = {
        "data": file.stem,
        **bench.figures(asked, n_passages=len(built.passages), n_wordings=built.n_wordings),
    }
    print(json.dumps(result))
    if plots is not None:
        draw(asked, plots, name=file.stem)
    if save:
        file_result(f"abstention {file.stem}", result)


@app.command()
def extraction(
    folder: Annotated[Path, typer.Argument(help="gold.jsonl and the pages it lists.")],
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """Token F1 of the articles on web pages, ours and plain trafilatura, as one JSON line."""
    from benchmarks import extraction as bench

    result = bench.measure(bench.read_pages(folder))
    print(json.dumps(result))
    if save:
        file_result(f"extraction {folder.name}", result)


@app.command()
def speed(
    index: Annotated[Path, typer.Option(help="Folder of the index.")] = Path(".index"),
    only: Annotated[str, typer.Option(help="Some of ask,build,memory,start; or all.")] = "all",
    n_texts: Annotated[int, typer.Option(help="Passages, and statements, to encode.")] = 200,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit code 1 where a ratio is beyond its limit.")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """Question to reply, build rate, start-up and memory, each over a yardstick of the same run."""
    from benchmarks import speed as bench
    from ingest.embed.load import load_reference

    built = load_index(index)
    encoder = load_encoder(built.manifest.encoder.name)
    result: dict[str, object] = {"passages": len(built.passages)}
    parts = {"ask", "build", "memory", "start"} if only == "all" else set(only.split(","))
    if "ask" in parts:
        asked = [q.text for q in built.questions if q.stands][:100]
        result["ask"] = bench.ask_and_encode(Assistant.load(index), encoder, asked * 2)
    if "build" in parts:
        reference = load_reference(built.manifest.encoder.name)
        for name, texts in zip(("passages", "statements"), bench.texts_of(built), strict=True):
            result[f"build {name}"] = bench.build_rate(texts[:n_texts], encoder, reference)
    if "memory" in parts:
        result["memory"] = bench.memory_of_a_reply(index)
    if "start" in parts:
        result["start"] = bench.start_up(index)
    print(json.dumps(result))
    if save:
        file_result(f"speed {index.name}", result)
    if gate and (beyond := bench.beyond_limits(result)):
        raise SystemExit("\n".join(beyond))


@app.command()
def scale(
    index: Annotated[Path, typer.Option(help="Folder of the index.")] = Path(".index"),
    size: Annotated[
        list[int] | None, typer.Option(help="Passages; again for more. 10k, 100k and 1M.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """Search by number of passages, exactly and by lists: milliseconds, recall@10, memory."""
    from benchmarks.scale import measure

    result = measure(load_index(index), size or [10_000, 100_000, 1_000_000])
    print(json.dumps(result))
    if save:
        file_result(f"scale {index.name}", result)


@app.command()
def stores(
    address: Annotated[str, typer.Argument(help="Such as milvus+http://host:19530.")],
    index: Annotated[Path, typer.Option(help="Folder of the index to hand over.")] = Path(".index"),
    n: Annotated[int, typer.Option(help="Questions whose ten best passages are compared.")] = 1000,
    ask: Annotated[int, typer.Option(help="Of these, questions that are asked.")] = 100,
    grow: Annotated[int, typer.Option(help="Search so many vectors instead; 0 for none.")] = 0,
    n_probe: Annotated[
        list[int] | None, typer.Option(help="Lists that --grow looks at; 64, 128 and 256.")
    ] = None,
    questions: Annotated[int, typer.Option(help="Questions that --grow asks.")] = 300,
) -> None:
    """A library on a Milvus server beside its folder: what both find, and what it takes."""
    from benchmarks.stores import at_size, measure
    from ingest.index import MilvusStore

    store, built = MilvusStore(address, index), load_index(index)
    if grow:
        probes = n_probe or [64, 128, 256]
        found = at_size(built, store, grow, n_probes=probes, n_questions=questions)
        print(json.dumps(found))
        return
    own = list(dict.fromkeys(q.text for q in built.questions if q.stands))
    encoder = load_encoder(built.manifest.encoder.name)
    step = max(1, len(own) // n)
    print(json.dumps(measure(store, encoder, own[::step][:n], n_asked=ask)))


@app.command()
def capacity(
    passages: Annotated[list[int], typer.Argument(help="Passages; each gives a row.")],
) -> None:
    """What so many passages would take, from measured costs and written assumptions."""
    from benchmarks.capacity import plans

    for row in plans(passages):
        print(json.dumps(row))


@app.command()
def parity(
    corpus: Annotated[Path, typer.Argument(help="A .jsonl.gz library with titles and texts.")],
    n: Annotated[int, typer.Option(help="How many records, spread over it.")] = 1000,
) -> None:
    """The exported graph against torch: lowest cosine, and questions with the same ten texts."""
    from benchmarks import parity as bench
    from ingest.embed.load import load_reference

    pair = load_encoder(DEFAULT_MODEL), load_reference(DEFAULT_MODEL)
    print(json.dumps(bench.compare(*bench.read_pairs(corpus, n), *pair)))


@app.command()
def peers(
    data: Annotated[Path, typer.Argument(help="Questions with accepted quotes, or a BEIR folder.")],
    index: Annotated[Path, typer.Option(help="Folder of the index.")] = Path(".index"),
    picture: Annotated[Path | None, typer.Option(help="SVG file to draw.")] = None,
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """Quoth beside txtai, Haystack, LangChain and LlamaIndex, which it installs in build/peers."""
    from benchmarks import peers as bench
    from benchmarks.beir import read_beir
    from benchmarks.pictures import bars
    from ingest.embed.load import load_reference

    built = load_index(index)
    model = load_reference(built.manifest.encoder.name).folder
    judged = read_beir(data) if data.is_dir() else None
    questions = () if judged else read_questions(data)
    asked = list(judged.queries.values()) if judged else [q.question for q in questions]
    ours = "quoth_ranking" if judged else "quoth"
    served = bench.serve(asked, built, index, model, python=bench.environment(), quoth=ours)
    name = "nDCG@10" if judged else "first_passage_right"
    if judged:
        right = {n: bench.ndcg_at_10(judged, t.rows, built) for n, t in served.items()}
    else:
        right = {n: bench.first_right(questions, t.rows, built) for n, t in served.items()}
    found = {
        library: {**took.to_json(len(built.passages)), name: round(right[library], 4)}
        for library, took in served.items()
    }
    print(json.dumps(found))
    if picture:
        title = f"{data.stem}: milliseconds from a question to its passages, p50 ({name})"
        labels = {n: f"{t.p50_ms:.1f} ms ({right[n]:.3f})" for n, t in served.items()}
        drawn = bars(title, {n: (t.p50_ms, labels[n]) for n, t in served.items()})
        picture.write_text(drawn, encoding="utf-8")
    if save:
        file_result(f"peers {data.stem}", found)


@app.command()
def gate(
    shared: Annotated[Path, typer.Option(help="Folder with eval/ and seeds/.")] = Path("../shared"),
    pin: Annotated[bool, typer.Option("--pin", help="Raise floors to what is measured.")] = False,
    allow_regression: Annotated[
        bool, typer.Option("--allow-regression", help="With --pin: floors may fall.")
    ] = False,
) -> None:
    """Measure what must not fall against benchmarks/floors.json; exit code 1 when it fell."""
    from benchmarks.gate import fallen, raised, read_floors, replaced, write_floors
    from benchmarks.gate_figures import measure_all

    measured, data = measure_all(shared, load_encoder(DEFAULT_MODEL))
    floors, _ = read_floors()
    print(json.dumps(measured))
    if pin:
        choose = replaced if allow_regression else raised
        write_floors(choose(measured, floors), data)
    elif fallen(measured, floors):
        raise SystemExit("\n".join(fallen(measured, floors)))


@app.command()
def kills(
    n: Annotated[int, typer.Option(help="Ingests to kill at a random moment.")] = 1000,
) -> None:
    """Kill ingest anywhere, and let every change of the disk fail: nothing may be lost."""
    from benchmarks.kills import measure

    print(json.dumps(measure(n)))


@app.command()
def damage(
    flips: Annotated[int, typer.Option(help="Bits to flip, one at a time.")] = 1000,
    sizes: Annotated[int, typer.Option(help="Sizes of a disk that is full.")] = 50,
) -> None:
    """Flip bits of an index, and fill the disk under an ingest."""
    from benchmarks.damage import measure

    print(json.dumps(measure(flips, sizes)))


@app.command()
def reingest(
    n: Annotated[int, typer.Option(help="How often to ingest again.")] = 50,
    per_second: Annotated[float, typer.Option(help="Questions a second meanwhile.")] = 20.0,
) -> None:
    """Ask while the library changes; then let two write it at once."""
    from benchmarks.reingest import measure

    print(json.dumps(measure(n, per_second=per_second)))


@app.command("near-duplicates")
def near_duplicates(
    index: Annotated[Path, typer.Argument(help="Folder of the index.")],
) -> None:
    """Passages that nearly say what another says, by what tells them apart."""
    from benchmarks.near_duplicates import measure

    print(json.dumps(measure(index)))


@app.command()
def library(
    file: Annotated[Path, typer.Argument(help="A library, .jsonl or .jsonl.gz, or a folder.")],
    hashing: Annotated[
        bool, typer.Option("--hashing", help="Without a model: what everything else costs.")
    ] = False,
    index: Annotated[
        Path | None, typer.Option(help="Folder of the index, kept. Default: a temporary one.")
    ] = None,
) -> None:
    """Seconds and memory to build a library, again without a change, and to add or remove one."""
    from benchmarks.library import measure

    print(json.dumps(measure(file, hashing=hashing, index_dir=index)))


@app.command()
def ray(
    folder: Annotated[Path, typer.Argument(help="A library: a folder, a .jsonl or a .jsonl.gz.")],
    n_texts: Annotated[int, typer.Option(min=512, help="Texts of it to embed.")] = 4096,
    turns: Annotated[int, typer.Option(min=1, help="Runs with one worker, and with two.")] = 2,
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """Texts a second of one and of two Ray workers with one thread each, and their ratio."""
    from benchmarks.ray_scaling import measure

    result = measure(folder, n_texts=n_texts, turns=turns)
    print(json.dumps(result))
    if save:
        file_result(f"ray {folder.name}", result)


@app.command()
def safety(
    file: Annotated[
        Path | None, typer.Argument(help="Prompts with a behaviour class, JSON lines.")
    ] = None,
    index: Annotated[Path, typer.Option(help="Folder of the index to ask.")] = Path(".index"),
    card: Annotated[
        Path | None, typer.Option(help="Write the figures into this page: docs/safety.md.")
    ] = None,
) -> None:
    """Recall, typos, takeovers and milliseconds on our own phrases; behaviour on prompts."""
    from benchmarks.safety import measure_phrases, measure_prompts, measure_speed, read_rows
    from benchmarks.safety_card import with_figures

    # What cannot be read is said at once, not after the minutes that the phrases take.
    asked = None if file is None else (read_rows(file), Assistant.load(index))
    speed = measure_speed()
    found = measure_phrases()
    if asked is not None:
        found |= measure_prompts(*asked)
    shares = {name: share.to_json() for name, share in found.items()}
    print(json.dumps({**shares, "milliseconds_at_64_kib": speed}))
    if card is not None:
        card.write_text(with_figures(card.read_text(encoding="utf-8"), shares, speed), "utf-8")


@app.command()
def mutation(
    only: Annotated[str, typer.Option(help="Mutate only files whose name holds this.")] = "",
    jobs: Annotated[int, typer.Option(help="Mutants tried at once.")] = 2,
    sample: Annotated[int | None, typer.Option(help="Try only so many, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 1,
) -> None:
    """Change one thing at a time in the detectors' code; print the changes no test notices."""
    from benchmarks.mutation import run

    print(json.dumps(run(only=only, jobs=jobs, sample=sample, seed=seed)))


@app.command()
def page(
    index: Annotated[Path, typer.Option(help="Folder of the index to serve.")] = Path(".index"),
    questions: Annotated[
        Path, typer.Option(help="Questions to ask, JSON lines; the first 20 are timed.")
    ] = Path("benchmarks/data/starter_accept.jsonl"),
    save: Annotated[bool, typer.Option("--save", help="File it in benchmarks/results/.")] = False,
) -> None:
    """First paint and time to an answer in Chromium, beside a bare Gradio page; milliseconds."""
    from benchmarks.page import measure

    asked = tuple(question.question for question in read_questions(questions))
    result = measure(index, asked)
    print(json.dumps(result))
    if save:
        file_result("page", result)


@app.command()
def screenshots(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("screenshots"),
    index: Annotated[Path, typer.Option(help="Folder of the index to serve.")] = Path(".index"),
) -> None:
    """Pictures of every kind of page: desktop and phone, light and dark."""
    from benchmarks.screenshots import photograph

    print(json.dumps({"written": [str(path) for path in photograph(index, folder)]}))


@app.command()
def load(
    index: Annotated[Path, typer.Option(help="Folder of the index to serve.")] = Path(".index"),
    users: Annotated[int, typer.Option(help="Users who think.")] = 200,
    think_s: Annotated[float, typer.Option(help="Seconds they think on average.")] = 5.0,
    seconds: Annotated[float, typer.Option(help="How long they go on.")] = 60.0,
) -> None:
    """Users, a burst of 500, saturation against the bare encoder, the page; nothing is cached."""
    import asyncio

    from benchmarks.load import measure
    from benchmarks.server import running

    encoder = load_encoder(load_index(index).manifest.encoder.name)
    with running(index, env={"QUOTH_CACHED_REPLIES": "0"}) as server:
        found = measure(server, encoder, users=users, think_s=think_s, seconds=seconds)
        print(json.dumps(asyncio.run(found)))


@app.command()
def soak(
    index: Annotated[Path, typer.Option(help="Folder of the index to serve.")] = Path(".index"),
    n: Annotated[int, typer.Option("--questions", help="How many are asked.")] = 100_000,
) -> None:
    """Memory and open files of a server over very many questions."""
    import asyncio

    from benchmarks.server import running
    from benchmarks.soak import soak as measure

    with running(index) as server:
        print(json.dumps(asyncio.run(measure(server, n=n))))


@app.command()
def fuzz(
    index: Annotated[Path, typer.Option(help="Folder of the index to ask.")] = Path(".index"),
    n: Annotated[int, typer.Option("--questions", help="How many are asked.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Which questions.")] = 0,
) -> None:
    """Texts that nobody would type; exit code 1 when one ends in an exception."""
    from benchmarks.fuzz import fuzz as measure

    assistant = Assistant.load(index)
    found = measure(assistant.ask, assistant.document, n=n, seed=seed)
    print(json.dumps(found))
    raise typer.Exit(bool(found["failures"]))


@app.command()
def restart(
    index: Annotated[Path, typer.Option(help="Folder of the index to serve.")] = Path(".index"),
    times: Annotated[int, typer.Option(help="How often it is killed.")] = 5,
) -> None:
    """Kill the server under load, start it again: seconds until it is ready, and what differs."""
    from benchmarks.restart import measure

    print(json.dumps(measure(index, times=times)))


def main() -> None:
    """Run, and turn what a command cannot use into a message and exit code 1."""
    try:
        app(prog_name="python -m benchmarks")
    except (AssistantError, IngestError, KeyError, OSError, RuntimeError, ValueError) as error:
        typer.echo(f"error: {_said(error)}", err=True)
        raise SystemExit(1) from None


def _said(error: Exception) -> str:
    """What went wrong, and what to do next; our own errors say both."""
    if isinstance(error, AssistantError | IngestError):
        return str(error)
    what = f"the data have no field {error}" if isinstance(error, KeyError) else str(error)
    return f"{what}. What this command takes: python -m benchmarks {sys.argv[1]} --help"


if __name__ == "__main__":
    main()
