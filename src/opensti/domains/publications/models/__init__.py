"""What is kept of publication: the policy, what is announced, who is told."""

from opensti.domains.publications.models.reading import (
    Article,
    ArticleVersion,
    Subscription,
)
from opensti.domains.publications.models.search import (
    SearchEntry,
    SearchState,
    SearchWord,
)

__all__ = [
    "Article",
    "ArticleVersion",
    "SearchEntry",
    "SearchState",
    "SearchWord",
    "Subscription",
]
