"""Templates and assets of this package, and the environment that fills them. Nothing else is ever read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from reports.language import ENGLISH, Language
from reports.persons import tag
from reports.text import ranges, site_link

if TYPE_CHECKING:
    import jinja2

FACES: Final = (
    ("Inter", 400, "Inter-Regular"),
    ("Inter", 600, "Inter-SemiBold"),
    ("Inter", 700, "Inter-Bold"),
    ("JetBrains Mono", 400, "JetBrainsMono-Regular"),
)
"""Family, weight and file of every bundled font."""


def asset(name: str) -> bytes:
    """Return one file of the templates folder."""
    return files("reports").joinpath("templates", *name.split("/")).read_bytes()


def stylesheet(name: str, language: Language = ENGLISH) -> str:
    """Return a stylesheet behind the bundled fonts as data URLs, so that it needs no other file."""
    dry_run = f'"{language.text("Dry run: nothing has been changed")}"'
    return faces() + asset(name).decode().replace("PAGE_NUMBER", _page_number(language)).replace("DRY_RUN", dry_run)


def _page_number(language: Language) -> str:
    """Return the foot of a printed page as CSS puts it together: texts in quotes, and two counters."""
    number = language.text("Page %(page)s of %(pages)s")
    return f'"{number}"'.replace("%(pages)s", '" counter(pages) "').replace("%(page)s", '" counter(page) "')


def faces() -> str:
    """Return the `@font-face` rules of the bundled fonts."""
    rules = []
    for family, weight, file in FACES:
        data = base64.b64encode(asset(f"fonts/{file}.woff2")).decode()
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:swap;'
            f'src:url("data:font/woff2;base64,{data}") format("woff2")}}\n'
        )
    return "".join(rules)


def opening(text: str) -> str:
    """Return the first sentence of `text`."""
    return text.partition(". ")[0].rstrip(".") + "."


@cache
def _compiled() -> jinja2.BytecodeCache:
    """Return the templates that this process has compiled: that takes longer than to fill them.

    What an environment is asked to do to texts is looked up when a template is filled, so that they can share it.
    """
    import jinja2
    from jinja2.bccache import Bucket

    class Memory(jinja2.BytecodeCache):
        """Compiled templates by their key, which depends on their source."""

        def __init__(self) -> None:
            self._kept: dict[str, bytes] = {}

        def load_bytecode(self, bucket: Bucket) -> None:
            if bucket.key in self._kept:
                bucket.bytecode_from_string(self._kept[bucket.key])

        def dump_bytecode(self, bucket: Bucket) -> None:
            self._kept[bucket.key] = bucket.bytecode_to_string()

    return Memory()


def environment(show: Callable[[str], str], language: Language = ENGLISH) -> jinja2.Environment:
    """Return an environment that escapes everything and sends every text that it prints through `show`.

    A template says `{% trans %}`, or `_("...")` for a few words; a count among the values of a message is written as
    `language` writes numbers. What comes with the evidence in English goes through `told`.
    """
    import jinja2

    def finalize(value: object) -> object:
        return show(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    def filled(message: str, values: Mapping[str, object]) -> Markup:
        # Messages are ours; what is put into them is shown and escaped like everything else.
        text = Markup(message)  # noqa: S704
        return text % {
            name: language.number(value) if isinstance(value, int) else finalize(value)
            for name, value in values.items()
        }

    def gettext(message: str, /, **values: object) -> Markup:
        return filled(language.text(message), values)

    def ngettext(one: str, many: str, num: int, /, **values: object) -> Markup:
        return filled(language.plural(one, many, num), {"num": num, **values})

    def told(sentence: str, part: Callable[[str], str] = str) -> Markup:
        known = language.known(sentence)
        if known is None:
            return Markup('<span lang="en">{}</span>').format(show(part(sentence)))
        return escape(show(part(known)))

    result = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: asset(name).decode()),
        bytecode_cache=_compiled(),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    result.policies["ext.i18n.trimmed"] = True
    result.install_null_translations(newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    result.globals.update(gettext=gettext, ngettext=ngettext)
    result.filters.update(number=language.number, ranges=ranges, size=language.size, when=language.when)
    result.filters.update(told=told, opening=partial(told, part=opening))
    # A word that may be the site's or a technical one, too: it is not marked as English where it is not known.
    result.filters.update(word=language.told, day=language.day, tag=tag)
    result.globals.update(share=language.share, site_link=site_link)
    return result
