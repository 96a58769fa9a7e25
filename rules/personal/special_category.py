"""Words of special categories (Articles 9 and 10 of the GDPR) near a person: always for a human to judge.

The lists are short and say what they mean (`rules.lexicons`); a word counts only with somebody near it, as most texts
about illness, faith or crime are about nobody in particular.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from rules.folding import fold, transcribed
from rules.hits import Detector, Hit
from rules.lexicons.category import CATEGORIES, Category
from rules.model import Confidence
from rules.phrases import Found, Phrases, words_in
from rules.subjects import SubjectKind

RULE_ID: Final = "special-category"
REASON: Final = "a word from the lists for special categories stands near a person"

_ANOTHER_SENSE: Final = re.compile(
    r" (?:in|of|on|im|in der|auf der|dans|en|nel|della|du|de) (?:(?:the|this|that|a|an|our|le|la|el|il|de|het) )?"
    r"(?:graph|curve|chart|plot|line|data|diagram|signal|surface|ground|road|market|economy|kurve|grafik|diagramm"
    r"|markt|straße|courbe|graphique|curva|gráfico|grafico|grafiek|lijn)s?\b| (?:that|rates?)\b"
    r"| (?:kirchen?|pfarr\w{1,9}|gemeinden?|schulen?|akademien?|krankenh[aä]us\w{0,2}|universität|friedhof|feiertage?"
    r"|mission\w{0,3}|grundsätzen?|church|school|university|hospital|cemetery|holidays?|parish)\b",
    re.IGNORECASE,
)
"""What stands behind such a word where it says something of a drawing, a market, a belief or a house."""
_HOUSE: Final = re.compile(
    r"\b(?:association|faculté|école|collège|lycée|université|église|paroisse|hôpital|universidad|colegio|escuela|iglesia"
    r"|parroquia|università|scuola|chiesa|parrocchia|banca|universiteit|kerk|parochie)s?[»”\"']? {1,2}\Z",
    re.IGNORECASE,
)
_BELIEF: Final = re.compile(
    r"\b(?:la|sa|ma|ta|leur|notre|votre|de|avec|par|sainte|deep|firm|strong|political|with) {1,2}\Z", re.IGNORECASE
)
_BEFORE: Final = {"catholi": _HOUSE, "cattoli": _HOUSE, "catolic": _HOUSE, "katholi": _HOUSE, "convict": _BELIEF}
"""How a word begins -> what stands before it where it says something of a house or a belief."""
_BEGINNING: Final = 7
_REACH: Final = 24
"""Characters before a word that are looked at."""
_Entry = tuple[Category, bool]
"""The category, and whether the word counts in capitals only."""


def detectors(_regions: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of all special categories in all languages."""
    return (Detector(RULE_ID, (), _nothing, in_code=False, whole=hits, beside=True),)


def hits(text: str) -> Iterator[Hit]:
    """Yield the words and phrases of the lists, in order."""
    for found, category in _phrases().find(text, _chosen):
        yield Hit(
            start=found.start,
            end=found.end,
            value=found.key,
            kind=SubjectKind.SPECIAL_CATEGORY,
            what=category.what,
            alone=Confidence.LOW,
            labelled=Confidence.LOW,
            reason=REASON,
        )


def _chosen(text: str, found: Found[_Entry]) -> Category | None:
    category, capitals = found.payload
    if capitals and not text[found.start : found.end].isupper():
        return None
    before = _BEFORE.get(found.key[:_BEGINNING])
    if before is not None and before.search(text, max(0, found.start - _REACH), found.start):
        return None
    return None if _ANOTHER_SENSE.match(text, found.end) else category


@cache
def _phrases() -> Phrases[_Entry]:
    """Return the search, made when the first text is read."""
    entries: dict[str, _Entry] = {}
    for category in CATEGORIES:
        for phrase in category.phrases():
            words = words_in(phrase)
            for way in (fold, transcribed):
                entries.setdefault(" ".join(map(way, words)), (category, phrase.isupper()))
    return Phrases(entries, map(_anchor, entries))


def _anchor(key: str) -> str:
    """Return a phrase of one word, or the two neighbours that say most of a longer one."""
    words = key.split(" ")
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    return max(pairs, key=len) if pairs else key


def _nothing(_text: str, _start: int, _end: int) -> Iterator[Hit]:
    """Yield nothing: the whole text is read at once."""
    return iter(())
