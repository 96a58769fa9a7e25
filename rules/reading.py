"""The readable text of any part, with the place of every character: what detectors of personal data look at."""

from __future__ import annotations

from rules.gates import JSON_KINDS
from rules.model import Kind
from rules.readingadf import AdfReading
from rules.readingjson import JsonReading
from rules.readingstorage import StorageReading
from rules.readingtext import TextReading
from rules.surroundings import MENTION, Field, Grid, Place, Reading, Surroundings
from rules.view import View

__all__ = ["MENTION", "Field", "Grid", "Place", "Reading", "Surroundings", "reading"]


def reading(view: View) -> Reading:
    """Return the readable text of a part, made once however many rules ask for it."""
    return view.once(_read)


def _read(view: View) -> Reading:
    kind = view.part.kind
    if kind is Kind.STORAGE:
        return StorageReading(view)
    if kind is Kind.ADF:
        return AdfReading(view)
    return JsonReading(view) if kind in JSON_KINDS else TextReading(view.data)
