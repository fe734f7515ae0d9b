"""How tests ask for pages: a browser that is signed in, and what a page says."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User

SCRIPTS = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


def browser(user: User | None = None) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client(headers={"accept": "text/html"})
    if user is not None:
        client.force_login(user)
    return client


def text_of(response: Any) -> str:
    """Return what a page says, without its tags."""
    assert isinstance(response, HttpResponse)
    return " ".join(unescape(TAGS.sub(" ", SCRIPTS.sub(" ", response.content.decode()))).split())


def said(response: Any) -> str:
    """Return what is said in the corner after a form was sent and the answer followed."""
    return " ".join(str(message) for message in response.context["messages"])
