"""What the tests of scenario pages ask of a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from django.test import Client


def url(name: str, *args: Any) -> str:
    return reverse(f"portfolios:{name}", args=args)


def body(response: Any) -> str:
    text: str = response.content.decode()
    return text


def page(client: Client, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    response = client.get(url(name, *args), query)
    assert response.status_code == status, body(response)[:2000]
    return body(response)


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(url(name, *args), data)
