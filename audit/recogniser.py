"""A model of language that guesses names, where a run asks for one: Presidio with the spaCy models that are installed.

Off unless asked for, and an extra of the installation. Nothing is ever fetched: a model that is not there is an error.
Of Presidio only the recogniser of the model is used; its others would look up domains on hosts that nobody named.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from audit.errors import UsageError
from rules.context import Context
from rules.hits import Detector
from rules.recognised import recognised

PRESIDIO: Final = "presidio"
OPTION: Final = "--recogniser"
PERSON: Final = "PERSON"
PIECE: Final = 50_000
"""Characters that a model reads at once: its memory grows with them, and spaCy takes no more than a million."""
INSTALL: Final = "pipx install 'confluence-gdpr[ner]', then put a model beside it: python -m spacy download"
_SIZES: Final = ("trf", "lg", "md", "sm")
"""Ends of the names of models, the better ones first."""
_WEB: Final = frozenset({"en", "zh"})
"""Languages whose models of spaCy are made from pages of the web, all others from news."""


class Result(Protocol):
    """What an analyser took for a name: the characters [start, end) of the text."""

    @property
    def start(self) -> int: ...  # noqa: D102 - said above

    @property
    def end(self) -> int: ...  # noqa: D102 - said above


class Analyser(Protocol):
    """Presidio's analyser, or what stands in its place."""

    def analyze(self, text: str, language: str, entities: list[str]) -> Sequence[Result]:
        """Return the places of a text where one of the entities stands."""
        ...


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A model that is loaded."""

    analyser: Analyser = field(repr=False)
    languages: tuple[str, ...]
    """Every text is read in each of them: nothing says in which it is written."""
    condition: str
    """Languages, program and models with their versions, as the conditions of a run state them."""

    def guess(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the characters [start, end) that the model takes for names, in order, overlapping ones as one."""
        found = [
            (at + one.start, at + one.end)
            for at, piece in pieces(text)
            for language in self.languages
            for one in self.analyser.analyze(text=piece, language=language, entities=[PERSON])
        ]
        last: tuple[int, int] | None = None
        for start, end in sorted(found):
            if last is not None and start >= last[1]:
                yield last
                last = None
            last = (start, end) if last is None else (last[0], max(last[1], end))
        if last is not None:
            yield last

    def detector(self) -> Detector:
        """Return what a run is told, so that its rules ask the model."""
        return recognised(self.guess)

    def told(self, context: Context) -> Context:
        """Return the context with the model."""
        return replace(context, detectors=(*context.detectors, self.detector()))


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text in pieces with where each begins, cut behind a line, or anywhere in one that is longer than that."""
    at = 0
    while at < len(text):
        end = at + PIECE
        if end < len(text):
            end = (text.rfind("\n", at, end) + 1) or end
        yield at, text[at:end]
        at = end


def asked(option: str) -> tuple[str, ...]:
    """Return the languages that `presidio` or `presidio:en,de` names. Raises `UsageError` for anything else."""
    name, _, listed = option.partition(":")
    languages = tuple(dict.fromkeys(one.strip().lower() for one in listed.split(",") if one.strip()))
    if name.strip().lower() != PRESIDIO or any(not (one.isalpha() and len(one) == len("en")) for one in languages):
        raise UsageError(
            what="There is no such recogniser of names",
            where=OPTION,
            why="only presidio is known, with or without languages",
            fix="Give --recogniser presidio, or --recogniser presidio:en,de.",
        )
    return languages


def models(languages: Iterable[str], installed: Iterable[str]) -> Mapping[str, str]:
    """Return language -> model among those `installed` (`de_core_news_lg`): the best of each language, all if none.

    Raises `UsageError` where a language has none, or there is no model at all.
    """
    best: dict[str, str] = {}
    for model in sorted(installed, key=_rank):
        best.setdefault(model.partition("_")[0], model)
    wanted = tuple(languages) or tuple(sorted(best))
    missing = [one for one in wanted if one not in best]
    if missing or not wanted:
        which = f"no model of spaCy for {', '.join(missing)} is installed" if missing else "no model of spaCy is there"
        language = missing[0] if missing else "en"
        texts = "web" if language in _WEB else "news"
        raise _unusable(which, f"Install one beside this tool: python -m spacy download {language}_core_{texts}_lg.")
    return {language: best[language] for language in wanted}


def _rank(model: str) -> tuple[int, str]:
    size = model.rpartition("_")[2]
    return (_SIZES.index(size) if size in _SIZES else len(_SIZES), model)


def opened(option: str) -> Recogniser:
    """Return the model that an option asks for, loaded: that takes seconds. Raises `UsageError` where it cannot be."""
    languages = asked(option)
    presidio, spacy = _imported("presidio_analyzer"), _imported("spacy")
    chosen = models(languages, spacy.util.get_installed_models())
    return Recogniser(_analyser(presidio, chosen), tuple(chosen), _condition(chosen))


def _imported(name: str) -> Any:  # noqa: ANN401 - an optional package without types
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise _unusable(f"{name.replace('_', '-')} is not installed", f"Install the extra: {INSTALL}.") from error


def _analyser(presidio: Any, chosen: Mapping[str, str]) -> Analyser:  # noqa: ANN401 - an optional package
    """Return an analyser that asks the models and nothing else."""
    rows = [{"lang_code": language, "model_name": model} for language, model in chosen.items()]
    provider = importlib.import_module("presidio_analyzer.nlp_engine").NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": rows}
    )
    known = importlib.import_module("presidio_analyzer.predefined_recognizers")
    recognisers = [known.SpacyRecognizer(supported_language=one, supported_entities=[PERSON]) for one in chosen]
    registry = presidio.RecognizerRegistry(recognizers=recognisers, supported_languages=list(chosen))
    try:
        engine = provider.create_engine()
    except (OSError, ValueError) as error:
        why = f"a model cannot be loaded: {type(error).__name__}"
        raise _unusable(why, "Install a model that fits this version of spaCy: python -m spacy validate.") from error
    made: Analyser = presidio.AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=list(chosen))
    return made


def _condition(chosen: Mapping[str, str]) -> str:
    """Return the option as it was understood, with the versions of what guesses."""
    models = "; ".join(f"{model} {importlib.metadata.version(model)}" for model in chosen.values())
    version = importlib.metadata.version("presidio-analyzer")
    return f"{PRESIDIO}:{','.join(chosen)} (presidio-analyzer {version}; {models})"


def again(condition: str, load: Callable[[str], Recogniser] = opened) -> Recogniser:
    """Return the model of a run, from its conditions. Raises `UsageError` where it is not the one installed."""
    found = load(condition.partition(" (")[0])
    if found.condition != condition:
        raise _unusable(
            f"the run was made with {condition}, installed is {found.condition}",
            "Install those versions, or audit anew: another model would not find the same names.",
        )
    return found


def _unusable(why: str, fix: str) -> UsageError:
    return UsageError(what="Names cannot be recognised by a model", where=OPTION, why=why, fix=fix)
