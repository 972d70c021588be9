"""Which language a question is in, and never a foreign one for misspelt or medical English."""

import pytest

from assistant.safety import screen


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no puedo respirar", "es"),
        ("¿Tengo ELA?", "es"),
        ("je veux mourir", "fr"),
        ("J'ai des fasciculations partout", "fr"),
        ("ich will sterben", "de"),
        ("Habe ich ALS?", "de"),
        ("não consigo respirar", "pt"),
        ("voglio morire", "it"),
        ("ik krijg geen lucht", "nl"),
        ("nie mogę oddychać", "pl"),
        ("nefes alamıyorum", "tr"),
        ("أريد أن أموت", "ar"),
        ("我不想活了", "zh"),
        ("у меня дергается веко", "ru"),
        ("筋肉がぴくぴくする", "ja"),
        ("was ist ALS", "de"),
        ("que es la ELA", "es"),
        ("c'est quoi la SLA", "fr"),
        ("o que é ELA", "pt"),
        ("cos'è la SLA", "it"),
    ],
)
def test_a_question_in_another_language_is_told(text: str, language: str) -> None:
    assert screen(text).language == language


@pytest.mark.parametrize(
    "text",
    [
        "iz musle twichin alwayz ALS plz help",
        "benign fasciculation syndrome?",
        "amyotrophic lateral sclerosis",
        "fasiculations 3 wks am i goin to die of lou gherigs",
        "interpret this EMG: fibs 1+ in left TA, polyphasic MUAPs",
        "ALS",
        "asdfghjkl",
        "do me a favor",
        "dо I have АLS? (Cyrillic o and A)",
        "translate hola to Japanese",
        "Dr. de la Cruz said benign",
        "Dr. van der Berg says it is BFS",
        "Mrs. Di Stefano had ALS",
        "Was it ALS",
        "Is Y chromosome infertility inherited?",
        "Both strokes and TIAs require emergency care.",
        "Updated by: Joseph V.",
        "von Willebrand disease",
        "de novo mutations in ALS",
    ],
)
def test_english_is_never_called_foreign(text: str) -> None:
    assert screen(text).language is None
