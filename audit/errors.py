"""Every error that this tool raises on purpose, in one tree.

    GdprError                    what, where, why, fix; exit code
    +-- UsageError            2  the command line, a file or a folder has to be mended by the user
    |   +-- ConfigError          options, environment, configuration file, keyring
    |   +-- WorkspaceError       the private folder of runs
    |   +-- MappingError         the table of identifiers and accounts
    |   +-- PlanError            the plan file
    |   +-- AcceptedError        the list of accepted findings
    |   +-- PackageError         the evidence package
    +-- IncompleteError       3  something in scope was not read
    +-- GuardError            4  a guard refused before anything was written
    +-- SiteError             5  the site failed, or does not let us
        +-- NotAuthenticated     401, a login page, or the site takes us for anonymous
        +-- NotAllowed           403
        |   +-- ScopeMissing     the token lacks a scope; other calls may work
        +-- Missing              404
        +-- GoneError            410
        +-- Throttled            429 for longer than we wait
        +-- Unreachable          no answer, or only 5xx, in all attempts
        |   +-- TlsError         the certificate or the protocol is refused; never retried
        +-- RedirectRefused      3xx: API calls are never redirected
        +-- BadAnswer            not JSON, another shape, too large, cut
        |   +-- ForeignLink      a `next` link that leaves the site
        |   +-- LoopingLink      a `next` link, or its content, that was seen before
        +-- Rejected             any other 4xx
        +-- Conflict             409: another version is there
        +-- Ambiguous            a write of which nobody knows whether it took place

No error carries the contents of a page, a header or a query string: ids and names of fields only.
"""

from __future__ import annotations

from typing import ClassVar, Self


class GdprError(Exception):
    """An error that tells a person what happened, where, why, and what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *, what: str, where: str = "", why: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.why = why
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        cause = f": {self.why}" if self.why else ""
        advice = f" {_sentence(self.fix)}" if self.fix else ""
        return f"{_sentence(f'{self.what}{place}{cause}')}{advice}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), dict(self.__dict__))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _rebuild(kind: type[GdprError], fields: dict[str, object]) -> GdprError:
    """Return a copy of an error that crossed a process border. Keyword arguments do not survive the default pickle."""
    error = kind.__new__(kind, str(fields["what"]))
    error.__dict__.update(fields)
    return error


class UsageError(GdprError):
    """The user has to mend an option, a file or a folder."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration is wrong or not private."""


class WorkspaceError(UsageError):
    """The private folder of runs cannot be used."""


class MappingError(UsageError):
    """The table of identifiers and accounts cannot be used."""


class PlanError(UsageError):
    """The plan file cannot be used."""


class AcceptedError(UsageError):
    """The list of accepted findings cannot be used."""


class PackageError(UsageError):
    """The evidence package cannot be made or does not verify."""


class IncompleteError(GdprError):
    """Something in scope was not read."""

    exit_code = 3


class GuardError(GdprError):
    """A guard refused before anything was written."""

    exit_code = 4


class SiteError(GdprError):
    """The site failed, or does not let us. `status` is the HTTP status, None where there was no answer."""

    exit_code = 5

    def __init__(self, *, what: str, where: str = "", why: str = "", fix: str = "", status: int | None = None) -> None:
        super().__init__(what=what, where=where, why=why, fix=fix)
        self.status = status


class NotAuthenticated(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """The site does not know us: 401, a login page instead of data, or an answer for anonymous visitors."""


class NotAllowed(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """403: the account may not do this."""


class ScopeMissing(NotAllowed):
    """The token is valid and lacks a scope for this call; other calls may work."""


class Missing(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """404: the object is not there, or is invisible to the account."""


class GoneError(SiteError):
    """410: the endpoint was removed."""


class Throttled(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """The site asks us to wait longer than this run waits. `wait_s` says how long, None where it did not say."""

    def __init__(
        self,
        *,
        what: str,
        where: str = "",
        why: str = "",
        fix: str = "",
        status: int | None = None,
        wait_s: float | None = None,
    ) -> None:
        super().__init__(what=what, where=where, why=why, fix=fix, status=status)
        self.wait_s = wait_s


class Unreachable(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """No usable answer in any attempt: no connection, cut connections, or server errors only."""


class TlsError(Unreachable):
    """The certificate or the protocol of the site is refused. There is no way around it but a named CA file."""


class RedirectRefused(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """The site answered an API call with a redirect, which is never followed."""


class BadAnswer(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """The answer is not what the API promises: not JSON, another shape, too large or cut."""

    @classmethod
    def shape(cls, where: str, why: str) -> Self:
        """Return the error for JSON of another shape; `why` names the field, never its value."""
        return cls(
            what="The answer has another shape than the API promises",
            where=where,
            why=why,
            fix="Nothing was concluded from it. If it stays so, report it with this message.",
        )


class ForeignLink(BadAnswer):
    """A `next` link that leaves the site or the API. It was not requested."""


class LoopingLink(BadAnswer):
    """A listing that repeats itself."""


class Rejected(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """The site refused the request as such (4xx); nothing was changed."""


class Conflict(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """409: the object is at another version than the write expected; nothing was changed."""


class Ambiguous(SiteError):  # noqa: N818 - says what the site did, not that it erred
    """A write was sent, and it is not known whether it took place. Only reading the object again can tell."""

    @classmethod
    def after(cls, where: str, why: str, status: int | None = None) -> Self:
        """Return the error for a write whose answer did not arrive whole."""
        return cls(
            what="It is not known whether the write took place",
            where=where,
            why=why,
            fix="Read the object again before anything else; the write is not repeated blindly.",
            status=status,
        )
