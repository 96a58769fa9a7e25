"""Spans of Presidio's pattern recognisers, for comparison: run by an interpreter that has presidio-analyzer.

    python -m venv .presidio && .presidio/bin/pip install presidio-analyzer
    .presidio/bin/python bench/personal_presidio.py [--direct] [--regions US,GB] < texts.jsonl > spans.jsonl

Reads one JSON object a line, `{"text": ..., "language": "en"}`, and writes for each, in order,
`{"spans": [[start, end, entity, score], ...]}`. The last line of the error stream tells the processor time of the
analysis alone, without loading: `{"texts": 1, "characters": 2, "recognisers": 3, "seconds": 0.4}`.

No model is loaded: words come from spaCy's tokenizer without a pipeline and stand for their own lemmas, so that
Presidio's context words still raise its scores. Entities of a model (persons, places) are therefore not looked for.
With `--direct` each recogniser is called by itself, without the engine, which is its fastest way.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer import predefined_recognizers as predefined
from presidio_analyzer.nlp_engine import NlpArtifacts

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
NAMES = (
    *("CreditCard", "Date", "Email", "Iban", "Ip", "MacAddress", "Phone", "Url", "Crypto"),
    *("UsSsn", "UsItin", "UsPassport", "UkNino", "Nhs", "UkPassport", "UkVehicleRegistration"),
    *("DeIdCard", "DeHealthInsurance", "DePassport", "DeSocialSecurity", "DeTaxId", "DeTaxNumber", "DeVatId", "DeKfz"),
    *("EsNif", "EsNie", "EsPassport", "ItFiscalCode", "ItIdentityCard", "ItPassport", "ItVatCode"),
    *("PlPesel", "FiPersonalIdentityCode", "SePersonnummer"),
)
"""Recognisers of the kinds that both tools know; those of one country are used in every language."""


class Words:
    """What Presidio asks of a language model, by tokens alone."""

    def __init__(self) -> None:
        self._pipelines = {language: spacy.blank(language) for language in LANGUAGES}

    def load(self) -> None:
        """Do nothing: there is no model."""

    def is_loaded(self) -> bool:
        """Return True: the tokenizers are there."""
        return True

    def get_supported_languages(self) -> list[str]:
        """Return the languages of the texts."""
        return list(LANGUAGES)

    def is_stopword(self, word: str, language: str) -> bool:
        """Return whether a word says nothing about the words beside it."""
        return bool(self._pipelines[language].vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Return whether a token is punctuation."""
        return bool(self._pipelines[language].vocab[word].is_punct)

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Return the tokens of a text, each its own lemma."""
        tokens = self._pipelines[language](text)
        words = [token.text.lower() for token in tokens]
        return NlpArtifacts([], tokens, [token.idx for token in tokens], words, self, language)


def recognisers(language: str, regions: tuple[str, ...]) -> list[EntityRecognizer]:
    """Return the recognisers, made for one language."""
    made: list[EntityRecognizer] = []
    for name in NAMES:
        kind = getattr(predefined, f"{name}Recognizer")
        extra = {"supported_regions": regions} if name == "Phone" and regions else {}
        made.append(kind(supported_language=language, **extra))
    return made


def directly(text: str, each: list[EntityRecognizer]) -> list[RecognizerResult]:
    """Return what the recognisers say without the engine and without context."""
    return [
        result
        for one in each
        for result in (one.analyze(text, one.supported_entities, None) or [])
        if isinstance(one, PatternRecognizer) or result.score > 0
    ]


def main() -> None:
    """Answer each line of the standard input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--direct", action="store_true", help="call each recogniser without the engine")
    parser.add_argument("--regions", default="", help="countries of the telephone numbers, by commas")
    options = parser.parse_args()
    regions = tuple(filter(None, options.regions.split(",")))
    tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls = ()  # the list that it ships; it would fetch one otherwise
    by_language = {language: recognisers(language, regions) for language in LANGUAGES}
    registry = RecognizerRegistry(
        recognizers=[one for each in by_language.values() for one in each], supported_languages=list(LANGUAGES)
    )
    engine = AnalyzerEngine(registry=registry, nlp_engine=Words(), supported_languages=list(LANGUAGES))
    texts = characters = 0
    seconds = 0.0
    for line in sys.stdin:
        given = json.loads(line)
        text, language = given["text"], given.get("language", "en")
        start = time.process_time()
        found = directly(text, by_language[language]) if options.direct else engine.analyze(text, language)
        seconds += time.process_time() - start
        texts, characters = texts + 1, characters + len(text)
        spans = sorted([one.start, one.end, one.entity_type, one.score] for one in found)
        print(json.dumps({"spans": spans}), flush=True)
    figures = {"texts": texts, "characters": characters, "recognisers": len(NAMES), "seconds": round(seconds, 3)}
    print(json.dumps(figures), file=sys.stderr)


if __name__ == "__main__":
    main()
