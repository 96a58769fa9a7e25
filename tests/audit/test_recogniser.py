"""Names that a model guesses: an analyser stands in for it; what is not installed is told and never fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.errors import UsageError
from audit.looking import Sight, look_at
from audit.recogniser import PERSON, PIECE, Recogniser, again, asked, models, pieces
from audit.sites.files import Wanted, read
from rules.context import Context
from rules.model import Confidence
from rules.recognised import REASON
from rules.registry import load


@dataclass(frozen=True)
class Place:
    start: int
    end: int


@dataclass
class Pretended:
    """Takes some words for names, by language, as an analyser does."""

    words: dict[str, str]
    asked: list[tuple[str, int]] = field(default_factory=list)

    def analyze(self, text: str, language: str, entities: list[str]) -> Sequence[Place]:
        assert entities == [PERSON]
        self.asked.append((language, len(text)))
        at = text.find(self.words[language])
        return [] if at < 0 else [Place(at, at + len(self.words[language]))]


def test_what_a_model_guesses_is_a_finding_for_review_and_its_value_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Yesterday Tilda Bergqvist called\n", encoding="utf-8")
    model = Recogniser(Pretended({"en": "Tilda Bergqvist"}), ("en",), "pretended 1")
    (sight,) = look_at(read([file], Wanted(None)), load(), model.told(Context()))
    assert isinstance(sight, Sight)
    assert (sight.rule, sight.confidence, sight.mask) == ("recognised-name", Confidence.LOW, "T***")
    assert REASON in sight.message
    assert "Bergqvist" not in f"{sight!r}{model!r}"


def test_every_language_reads_every_text_and_what_overlaps_is_one_guess() -> None:
    model = Recogniser(Pretended({"en": "Tilda", "de": "Tilda Bergqvist", "fr": "Kofi"}), ("en", "de", "fr"), "")
    assert list(model.guess("Tilda Bergqvist, Kofi")) == [(0, 15), (17, 21)]
    assert list(model.guess("")) == []


def test_long_texts_are_read_in_pieces_and_places_are_those_of_the_whole() -> None:
    line = "x" * (PIECE - 10) + "\n"
    text = line + "y" * 30 + " Kofi\n" + "z" * (2 * PIECE)
    analyser = Pretended({"en": "Kofi"})
    ((start, end),) = Recogniser(analyser, ("en",), "").guess(text)
    assert text[start:end] == "Kofi"
    assert "".join(piece for _, piece in pieces(text)) == text
    assert all(text[at:].startswith(piece) for at, piece in pieces(text))
    assert max(length for _, length in analyser.asked) <= PIECE


@pytest.mark.parametrize(
    ("option", "languages"), [("presidio", ()), ("Presidio: en,DE,en", ("en", "de")), ("presidio:", ())]
)
def test_an_option_names_languages_or_leaves_them_to_the_models(option: str, languages: tuple[str, ...]) -> None:
    assert asked(option) == languages


@pytest.mark.parametrize("option", ["", "spacy", "presidio:english", "presidio:e1"])
def test_another_recogniser_is_refused(option: str) -> None:
    with pytest.raises(UsageError) as refused:
        asked(option)
    assert "presidio:en,de" in str(refused.value)


def test_the_best_model_of_each_language_is_taken() -> None:
    installed = ["en_core_web_sm", "de_core_news_sm", "en_core_web_lg", "de_other"]
    assert models((), installed) == {"de": "de_core_news_sm", "en": "en_core_web_lg"}
    assert models(["en"], installed) == {"en": "en_core_web_lg"}


@pytest.mark.parametrize(("languages", "why"), [(("fr", "en"), "for fr is installed"), ((), "no model of spaCy")])
def test_a_model_that_is_not_installed_is_told_with_what_to_do(languages: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError) as refused:
        models(languages, ["en_core_web_sm"] if languages else [])
    assert why in str(refused.value)
    assert "python -m spacy download" in str(refused.value)


def test_what_a_run_found_is_looked_for_again_by_the_same_model_only() -> None:
    options: list[str] = []

    def load(option: str) -> Recogniser:
        options.append(option)
        return Recogniser(Pretended({}), ("en",), "presidio:en (presidio-analyzer 2; en_core_web_sm 3)")

    assert again("presidio:en (presidio-analyzer 2; en_core_web_sm 3)", load).languages == ("en",)
    with pytest.raises(UsageError, match="the run was made with"):
        again("presidio:en (presidio-analyzer 2; en_core_web_sm 4)", load)
    assert options == ["presidio:en", "presidio:en"]


def test_a_scan_without_the_extra_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("presidio_analyzer") is not None:
        pytest.skip("presidio-analyzer is installed here")
    arguments = ["scan", str(tmp_path), "--recogniser", "presidio"]
    assert guarded(lambda: main.main(arguments, standalone_mode=False)) == 2
    told = capsys.readouterr().err
    assert "presidio-analyzer is not installed" in told
    assert "confluence-gdpr[ner]" in told
