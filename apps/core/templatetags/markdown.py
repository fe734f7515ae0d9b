"""User text in Markdown: `{% load markdown %}{{ project.description|markdown }}`."""

from django import template
from django.utils.safestring import SafeString

from apps.core import markdown as core

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Write a user's Markdown as clean HTML."""
    return core.markdown(text)
