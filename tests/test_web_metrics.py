"""What Prometheus is told: counts, latencies, state; never a question."""

from prometheus_client.parser import text_string_to_metric_families

from assistant.records import Abstention, Reason, Reply
from assistant.safety import disclaimer
from tests.web import Fake, Site, answer

CANARY = "canary-33b1"


def samples(site: Site) -> dict[tuple[str, ...], float]:
    """Every sample as (name, label values in order of their names) -> value."""
    text = site("GET", "/metrics").text
    return {
        (s.name, *(s.labels[k] for k in sorted(s.labels))): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


def ask(site: Site, *questions: str) -> None:
    for question in questions:
        site("POST", "/api/ask", json={"question": question})


def test_replies_are_counted_by_kind_and_reason_and_no_question_is_held() -> None:
    site = Site()
    ask(site, CANARY, CANARY, "")

    found = samples(site)

    assert found["quoth_replies_total", "answer", ""] == 2
    assert found["quoth_replies_total", "input_error", "empty"] == 1
    assert found["quoth_reply_seconds_count",] == 3
    assert found["quoth_stage_seconds_count", "wait"] == 3
    assert found["quoth_stage_seconds_count", "answer"] == 3
    assert CANARY not in site("GET", "/metrics").text


def test_the_share_of_abstentions_is_among_replies_and_not_among_input_errors() -> None:
    def reply(question: str) -> Reply:
        if question == "off":
            return Abstention(Reason.OFF_TOPIC, (), disclaimer(), "g1")
        return answer(question)

    site = Site(Fake(reply=reply))
    ask(site, "on", "on", "on", "off", "")

    assert samples(site)["quoth_abstention_share",] == 1 / 4


def test_state_is_what_it_is_at_the_moment() -> None:
    library = Fake()
    site = Site(library)
    ready = samples(site)
    library.generation, library.documents = None, ()
    bare = samples(site)

    assert (ready["quoth_ready",], ready["quoth_documents",]) == (1, 1)
    assert ready["quoth_generation_info", "g1"] == 1
    assert (bare["quoth_ready",], bare["quoth_documents",]) == (0, 0)
    assert ("quoth_generation_info", "g1") not in bare
    assert (bare["quoth_in_flight",], bare["quoth_queue_depth",]) == (0, 0)
    assert bare["process_resident_memory_bytes",] > 0


def test_questions_are_counted_by_whether_their_reply_was_kept() -> None:
    site = Site(cached_replies=5)
    ask(site, "a", "a", "b")

    found = samples(site)

    assert (found["quoth_cache_total", "yes"], found["quoth_cache_total", "no"]) == (1, 2)
    assert found["quoth_replies_total", "answer", ""] == 3


def test_ready_says_what_readyz_says() -> None:
    site = Site(Fake(trouble="The server that holds the index does not answer."))

    assert site("GET", "/readyz").status_code == 503
    assert samples(site)["quoth_ready",] == 0


def test_every_request_that_fails_is_counted_once_whatever_its_route() -> None:
    def fail(question: str) -> Reply:
        raise ValueError(CANARY)

    site = Site(Fake(reply=fail, documents=None))  # type: ignore[arg-type]
    statuses = [site("GET", "/api/documents").status_code, site("GET", "/nothing").status_code]
    ask(site, "a", "b")
    site.desk.assistant.documents = ()  # type: ignore[misc]

    assert statuses == [500, 404]
    assert samples(site)["quoth_failed_total",] == 3
