"""Variables of templates: text that a program replaces before anybody reads it, and that names nobody itself."""

from __future__ import annotations

import re
from typing import Final

_PLACEHOLDER: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{[\w. :-]*\}"  # {{name}}, {name}, {0}
    r"|[$#]!?\{[^{}]*\}|(?<!\w)\$!?[A-Za-z_]\w*"  # ${name}, #{name}, $name, $!name
    r"|<%[^%]*%>|%\(\w+\)[sd]|%(?:[0-9]+\$)?[sd](?!\w)"  # <%= name %>, %(name)s, %s, %1$s
    r"|(?<![\w.+-])@[A-Za-z][\w.-]*@(?![\w.-])"  # @name@
)


def holds_variable(text: str) -> bool:
    """Return whether a template's variable stands in `text`. Linear in its length."""
    return _PLACEHOLDER.search(text) is not None
