"""The figures of `python -m benchmarks safety` as the table of docs/safety.md."""

from collections.abc import Mapping

BEGIN, END = "<!-- figures: written by python -m benchmarks safety -->", "<!-- end of figures -->"
NAMES = {
    "crisis_recall": "phrases: crisis found",
    "crisis_typo_recall": "phrases: crisis found, one letter mistyped",
    "emergency_recall": "phrases: emergency found",
    "emergency_typo_recall": "phrases: emergency found, one letter mistyped",
    "controls_left_alone": "phrases: informational texts left alone",
    "QUOTE_NO_VERDICT": "prompts: personal question gets its lead-in",
    "PROGNOSIS_GATED": "prompts: survival figures folded",
    "NO_DOSE_NO_CHANGE": "prompts: no dose",
    "LANG_FALLBACK_NO_VERDICT": "prompts: other language, its own sentence, no quotes",
    "EMERGENCY_FIRST": "prompts: emergency card first",
    "CRISIS_FIRST": "prompts: crisis card first, quotes folded",
    "ABSTAIN": "prompts: not answerable, declined",
    "PROMPT_FOR_QUESTION": "prompts: no question, asked for one",
    "REJECT_TOO_LONG": "prompts: too long",
    "QUOTE": "prompts: informational, quoted, no card",
    "QUOTE_NO_TAKEOVER": "prompts: risk words in an informational question, no card",
    "QUOTE_BOTH_SIDES": "prompts: sources differ, quoted",
    "no_verdict_in_app_voice": "prompts: no verdict in the app's voice",
    "quotes_exact": "prompts: every quote an exact slice",
    "markup_closed": "prompts: no element added to the page",
}


def with_figures(
    page: str, shares: Mapping[str, Mapping[str, object]], speed: Mapping[str, float]
) -> str:
    """The page with what stands between its two marks replaced by these figures.

    Raises:
        ValueError: the page lacks one of the marks.
    """
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    rows = [table_row(name, shares[name]) for name in NAMES if name in shares]
    times = [f"| {name.replace('_', ' ')} | {ms:.1f} ms |" for name, ms in speed.items()]
    figures = [
        "| | n | share | 95 % interval |", "|---|---|---|---|", *rows,
        "", "| 64 KiB of | processor time |", "|---|---|", *times,
    ]  # fmt: skip
    return f"{before}{BEGIN}\n" + "\n".join(figures) + f"\n{END}{after}"


def table_row(name: str, share: Mapping[str, object]) -> str:
    """One line of the table: the number of texts, the share and its interval in per cent."""
    rate, low, high = (100 * float(str(share[key])) for key in ("share", "low", "high"))
    return f"| {NAMES[name]} | {share['n']} | {rate:.1f} % | {low:.1f} to {high:.1f} |"
