"""Articles of the GDPR (Regulation (EU) 2016/679) as data: those that rules rest on, and their neighbours in reports.

The summaries are our own words for readers of a report; the law is the text on EUR-Lex.
"""

from __future__ import annotations

from typing import Final

from rules.model import Article

_ALL: Final = (
    Article("4", "Definitions", "Whatever relates to an identifiable person is personal data, an online id included."),
    Article(
        "5(1)(a)", "Lawfulness, fairness and transparency", "Data are used on a legal ground, and people can know it."
    ),
    Article("5(1)(b)", "Purpose limitation", "Data serve the purpose for which they were collected and no other."),
    Article("5(1)(c)", "Data minimisation", "No more data are kept than the purpose needs."),
    Article("5(1)(d)", "Accuracy", "Data are right and kept up to date; wrong data are corrected or erased."),
    Article("5(1)(e)", "Storage limitation", "Data that identify people are kept no longer than they are needed."),
    Article("5(1)(f)", "Integrity and confidentiality", "Data are protected against access by those who must not see."),
    Article("6", "Lawfulness of processing", "Every use of personal data needs one of six legal grounds."),
    Article(
        "9", "Special categories", "Health, belief, origin and similar data may be used only under narrow exceptions."
    ),
    Article("10", "Criminal convictions and offences", "Data about crime need a law or an authority's control."),
    Article("13", "Information, collected from the person", "People are told what is done with data they give."),
    Article("14", "Information, obtained elsewhere", "People are told when their data come from somebody else."),
    Article("15", "Right of access", "People may learn which of their data are held, and get a copy."),
    Article("16", "Right to rectification", "People may have wrong data corrected."),
    Article("17", "Right to erasure", "People may have data erased that are no longer needed or allowed."),
    Article("20", "Right to data portability", "People may take the data they gave to another service."),
    Article("24", "Responsibility of the controller", "Whoever decides on the processing must be able to show care."),
    Article("25", "Data protection by design and by default", "Systems are built so that they need few personal data."),
    Article("28", "Processor", "Those who process on behalf of others do so under contract and instruction."),
    Article("30", "Records of processing activities", "A list says which data are processed, why and for how long."),
    Article("32", "Security of processing", "Access is limited to those who need it, by measures fit for the risk."),
    Article("33", "Notification of a breach", "A breach goes to the authority within 72 hours unless it is harmless."),
    Article("35", "Data protection impact assessment", "What is risky for people is assessed before it starts."),
)

ARTICLES: Final = {article.number: article for article in _ALL}
"""Number -> article, in the order of the law."""


def article(number: str) -> Article:
    """Return the article with this number; KeyError when it is not listed here."""
    return ARTICLES[number]
