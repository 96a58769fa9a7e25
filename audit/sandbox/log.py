"""What the sandbox was asked and what it answered. Credentials are never kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from audit.sandbox.state import Json

LOOK_UPS: Final = (
    "/users-bulk",
    "/content/convert-ids-to-types",
    "/jql/pdcleaner",
    "/search/jql",
    "/contentbody/convert/async/atlas_doc_format",
    "/oauth/token",
    "/oauth2/token",
    "/app/report-accounts/",
)
"""Endings of addresses where POST only asks."""
REDACTION: Final = "/redact"
REFUSALS: Final = frozenset({400, 403, 404, 501})
"""Answers after which a redaction has changed nothing: whoever asks whether there is one gets one of them."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer."""

    number: int
    """From 1, in the order of arrival."""
    method: str
    path: str
    """As the site sees it: without the gateway prefix."""
    query: tuple[tuple[str, str], ...]
    status: int
    """0 when no answer was given: the connection was cut first."""
    request_bytes: int
    response_bytes: int
    caller: str
    """`basic`, `bearer`, another scheme, or `none`; never the credentials."""
    gateway: bool = False
    fault: str = ""
    """Kinds of the faults that struck, joined by `+`."""
    host: str = ""
    request_type: str = ""
    response_type: str = ""
    request_body: bytes = field(default=b"", repr=False)
    """Empty unless the sandbox keeps bodies."""
    response_body: bytes = field(default=b"", repr=False)

    @property
    def is_write(self) -> bool:
        """Return whether the request may change something; asking by POST does not."""
        if self.path.endswith(REDACTION) and self.status in REFUSALS:
            return False
        return self.method in {"PUT", "POST", "DELETE", "PATCH"} and not self.path.endswith(LOOK_UPS)

    def summary(self) -> Json:
        """Return the exchange as JSON, without bodies."""
        return {
            "number": self.number,
            "method": self.method,
            "path": self.path,
            "query": [list(pair) for pair in self.query],
            "status": self.status,
            "requestBytes": self.request_bytes,
            "responseBytes": self.response_bytes,
            "caller": self.caller,
            "gateway": self.gateway,
            "fault": self.fault,
        }
