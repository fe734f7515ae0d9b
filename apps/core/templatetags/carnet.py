"""What templates say in Carnet's words: icons, numbers, times, people, series. `{% load carnet %}`.

Components with a body are block tags (`{% card "Facts" %}…{% endcard %}`); components without one are plain includes of
`components/_*.html`. All of them are shown on `/styleguide`.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import formats

register = template.Library()

SERIES = 12
AVATARS = 8


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """Draw an icon of the sprite: `{% icon "stop" %}`, `{% icon "warn" "small" %}`."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" {kind}" if kind else "",
        static("icons/icons.svg"),
        name,
    )


@register.simple_tag
def shortcut(keys: str) -> SafeString:
    """Show keys to press: `{% shortcut "Ctrl K" %}`."""
    return format_html("<kbd>{}</kbd>", keys)


@register.filter
def number(value: Any, decimals: int | None = None) -> SafeString:
    """Write a measured value: `{{ metric.last|number }}`; a second argument fixes the decimals of a column."""
    if value is not None and not isinstance(value, int | float | str):
        return format_html("{}", value)
    return _spoken(formats.number(value, decimals=decimals), bad=formats.is_bad(value))


@register.filter
def count(value: float | None) -> SafeString:
    """Write a count in full: `{{ runs|count }}`."""
    return _spoken(formats.count(value))


@register.filter(name="bytes")
def size(value: float | None) -> SafeString:
    """Write a size: `{{ file.size_bytes|bytes }}`."""
    return _spoken(formats.size(value))


@register.filter
def duration(value: Any) -> SafeString:
    """Write a length of time, given as seconds or as a timedelta."""
    seconds = value.total_seconds() if hasattr(value, "total_seconds") else value
    return _spoken(formats.duration(seconds))


@register.filter
def when(moment: datetime | None) -> SafeString:
    """Write a moment: `15:04`, `Wed 16:20` or `18 Nov 2026`; the browser moves it to the zone of its reader."""
    return _time(moment, "when")


@register.filter
def ago(moment: datetime | None) -> SafeString:
    """Write how long ago; the browser keeps it up to date."""
    return _time(moment, "ago")


@register.filter
def since(moment: datetime | None) -> SafeString:
    """Write how long something has been going on (`6 h 12 m`); the browser counts on."""
    return _time(moment, "since")


@register.filter
def initials(name: str) -> str:
    """Return the one or two letters of an avatar: `Léa Marchand` gives LM, `ci-train` gives CT."""
    words = [word for word in name.replace("-", " ").replace("_", " ").replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()


@register.filter
def avatar_slot(name: str) -> int:
    """Return the colour of a person (1…8): always the same for the same name."""
    return zlib.crc32(name.encode()) % AVATARS + 1


@register.filter
def series(slot: int | None) -> SafeString:
    """Return the attributes that colour a run by its slot: `<span class="swatch" {{ run.colour_slot|series }}>`.

    After twelve the colours return dashed: slot 13 is `data-series="1" data-dash="2"`.
    """
    if slot is None:
        return SafeString("")
    colour, turn = (slot - 1) % SERIES + 1, min((slot - 1) // SERIES + 1, 3)
    dash = format_html(' data-dash="{}"', turn) if turn > 1 else ""
    return format_html('data-series="{}"{}', colour, dash)


@register.filter
def styled(field: BoundField, kind: str = "") -> SafeString:
    """Draw a field of a form in our look: `{{ field|styled:"large" }}`."""
    look = {"checkbox": "check", "radioselect": "radio", "select": "select"}.get(field.widget_type, "input")
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": " ".join(filter(None, [look, kind, own]))})


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """Look up a key that is not known to the template: `{{ labels|get:state }}`."""
    return mapping.get(key)


@register.simple_block_tag
def card(content: str, title: str = "", **slots: Any) -> str:
    """Frame a part of a page: `{% card "Facts" meta="6 keys" %}…{% endcard %}`.

    Slots: `meta` (grey, beside the title), `link` and `link_url` (at the end of the head), `id`, `kind` (more classes),
    `bare` (the content brings its own padding: tables, lists, consoles). A head with more than that is written out.
    """
    return render_to_string("components/_card.html", {"title": title, "content": content, **slots})


@register.simple_block_tag
def banner(content: str, kind: str = "info", **slots: Any) -> str:
    """Say something above the content: `{% banner "warn" %}…{% endbanner %}`. Slots: `action_url`, `action`, `role`."""
    return render_to_string("components/_banner.html", {"content": content, "kind": kind, **slots})


@register.simple_block_tag
def dialog(content: str, title: str, id: str, **slots: Any) -> str:
    """Hold a dialog, opened by `<confirm-dialog>` or by a button with `data-opens="<id>"`. Slots: `kind`, `alert`."""
    return render_to_string("components/_dialog.html", {"title": title, "content": content, "id": id, **slots})


@register.simple_block_tag
def empty(content: str, title: str, **slots: Any) -> str:
    """Teach the next step where nothing is: `{% empty "No runs yet" icon="chart" %}…{% endempty %}`."""
    return render_to_string("components/_empty.html", {"title": title, "content": content, **slots})


@register.simple_block_tag
def snippet(content: str, label: str = "", **slots: Any) -> str:
    """Show code to copy: `{% snippet "Shell" %}pip install wandb{% endsnippet %}`."""
    return render_to_string(
        "components/_snippet.html", {"content": SafeString(content.strip()), "label": label, **slots}
    )


@register.simple_block_tag
def menu(content: str, id: str, label: str, **slots: Any) -> str:
    """Hang a menu under a button: `{% menu "run-menu" "More actions" icon="more" %}…{% endmenu %}`."""
    return render_to_string("components/_menu.html", {"content": content, "id": id, "label": label, **slots})


def _spoken(text: str, *, bad: bool = False) -> SafeString:
    if text == formats.MISSING:
        return format_html('<span class="none">{}</span>', formats.MISSING)
    return format_html('<span class="num{}">{}</span>', " bad-number" if bad else "", text)


def _time(moment: datetime | None, kind: str) -> SafeString:
    if moment is None:
        return _spoken(formats.MISSING)
    now = timezone.localtime(timezone.now())
    words = {"when": formats.when, "ago": formats.ago, "since": _since}[kind](moment, now=now)
    return format_html(
        '<time-ago format="{}"><time datetime="{}" title="{}">{}</time></time-ago>',
        kind,
        moment.isoformat(),
        formats.exact(moment, now=now),
        words,
    )


def _since(moment: datetime, *, now: datetime) -> str:
    return formats.duration((now - moment).total_seconds())
