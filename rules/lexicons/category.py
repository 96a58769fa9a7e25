"""How the lists of words are written, and what they become.

A list maps a language to words and phrases that commas part. A tilde behind one stands for the endings of its
language. Words of capitals only count only in capitals: HIV, never hiv in a longer word or another sense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rules.lexicons import crime, health, orientation, origin, religion, union

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("", "s"),
    "de": ("", "e", "en", "er", "es", "em", "n", "s"),
    "fr": ("", "s", "e", "es"),
    "es": ("", "s", "es"),
    "it": ("",),
    "nl": ("", "e", "en", "n", "s"),
}
"""Language -> what a tilde stands for."""


@dataclass(frozen=True, slots=True)
class Category:
    """One special category and its words."""

    what: str
    """In plain words, with the article."""
    words: Mapping[str, str]

    def phrases(self) -> Iterator[str]:
        """Yield each word or phrase as it is written, with each of its endings."""
        for language, listed in self.words.items():
            for entry in filter(None, map(str.strip, listed.replace("\n", " ").split(","))):
                bare, tilde, behind = entry.partition("~")
                for ending in ENDINGS[language] if tilde else ("",):
                    yield " ".join(f"{bare}{ending}{behind}".split())


CATEGORIES: Final = (
    Category("word about health, a special category (Article 9(1))", health.WORDS),
    Category("word about trade unions, a special category (Article 9(1))", union.WORDS),
    Category("word about religion or belief, a special category (Article 9(1))", religion.WORDS),
    Category("word about race or descent, a special category (Article 9(1))", origin.WORDS),
    Category("word about sexual life, a special category (Article 9(1))", orientation.WORDS),
    Category("word about crime (Article 10)", crime.WORDS),
)
