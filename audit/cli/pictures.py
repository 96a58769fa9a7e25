"""The option that has text in pictures read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.attachments.ocr import Ocr

P = ParamSpec("P")
T = TypeVar("T")


def ocr_option(command: Callable[P, T]) -> Callable[P, T]:
    """Add the option that names the languages of text in pictures; the command receives it as `ocr`."""
    return click.option(
        "--ocr",
        metavar="LANGUAGES",
        help="Also read text in pictures and scanned pages, in these languages (eng+deu), with the program tesseract,"
        " which has to be installed. Slow.  [default: off]",
    )(command)


def opened_ocr(languages: str | None, *, read: bool, by: str) -> Ocr | None:
    """Return what reads pictures in these languages, None where nobody asked for it.

    `read` says whether files are read at all, `by` what makes it so. Raises `UsageError` where they are not, or where
    the program or a language is missing.
    """
    if languages is None:
        return None
    if not read:
        raise UsageError(
            what="Text in pictures is asked for, and no file is read",
            where="--ocr",
            why=f"that needs {by}",
            fix="Give that too, or leave --ocr away.",
        )
    from audit.attachments.ocr import Ocr

    return Ocr.opened(languages)
