"""Why a token that arrived is not believed: one error for each reason. None of them repeats any part of the token.

TokenRefused
+-- MalformedToken     no token, too long, not of three parts, a claim of another type
+-- AlgorithmRefused   signed in another way than this request is, or not at all
+-- KeyRefused         the key at hand is of another kind, or its id is no id
+-- SignatureRefused   the signature was not made with the key of whom it names
+-- ClaimMissing       a claim that has to be there is not
+-- Expired            its time is over
+-- NotYetValid        it comes from the future
+-- TooOld             it was issued longer ago, or for longer, than the window allows
+-- Replayed           it was seen before
+-- WrongAudience      it is for another app
+-- WrongIssuer        it is from another site
+-- WrongRequest       it is for another request, or for a request where it should be for a page, or the reverse
"""

from __future__ import annotations

from typing import ClassVar

from audit.errors import GuardError

WHERE = "the token of an incoming request"


class TokenRefused(GuardError):  # noqa: N818 - says what became of the token
    """The token is not believed, so the request is not answered. A class says why, and what its owner can do."""

    advice: ClassVar[str] = "Answer 401 and take nothing from the request."

    def __init__(self, why: str) -> None:
        super().__init__(what="The token is refused", where=WHERE, why=why, fix=self.advice)


class MalformedToken(TokenRefused):
    """It is no token at all."""


class AlgorithmRefused(TokenRefused):
    """Believing what a token says about its own signature would let anybody choose a weaker one."""


class KeyRefused(TokenRefused):
    """A public key is no shared secret, and the reverse."""

    advice = "Check which key the app holds for this site: install the app again there to get a new one."


class SignatureRefused(TokenRefused):
    """The signature does not fit."""

    advice = "If it happens with every request of a site, install the app again there: the secret may have changed."


class ClaimMissing(TokenRefused):
    """The token does not say what it has to."""


class Expired(TokenRefused):
    """Its time is over."""

    advice = "Answer 401. If it happens with every request, check the clock of this machine."


class NotYetValid(TokenRefused):
    """It was issued in the future."""

    advice = "Answer 401. If it happens with every request, check the clock of this machine."


class TooOld(TokenRefused):
    """It is outside of the window in which it could be told from a copy."""


class Replayed(TokenRefused):
    """Somebody sends a copy of what was sent before."""


class WrongAudience(TokenRefused):
    """It was made for another app."""

    advice = "Check that the address of the app is the `baseUrl` of its descriptor, with scheme and without a slash."


class WrongIssuer(TokenRefused):
    """It was made by another site than the request says."""


class WrongRequest(TokenRefused):
    """It was made for another request."""

    advice = "Check that the app sees the path and the query as they were sent: a proxy may rewrite them."
