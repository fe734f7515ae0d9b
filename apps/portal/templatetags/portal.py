"""Small pictures in lists."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

STEP, WIDTH, HEIGHT = 7, 5, 24


@register.filter
def bars(counts: Sequence[int]) -> SafeString:
    """Draw counts per day as bars, the last one today; a day without runs keeps a hairline."""
    most = max(counts, default=0) or 1
    heights = [max(1.0, round(count / most * (HEIGHT - 2), 1)) for count in counts]
    rows = ((index * STEP, HEIGHT - height, WIDTH, height) for index, height in enumerate(heights))
    columns = format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" rx="1"/>', rows)
    spoken = f"Runs per day, {len(counts)} days, {counts[-1] if counts else 0} today"
    box = f"0 0 {len(counts) * STEP} {HEIGHT}"
    return format_html('<svg class="bars" viewBox="{}" role="img" aria-label="{}">{}</svg>', box, spoken, columns)
