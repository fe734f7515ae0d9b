"""Pages hold under a strict Content-Security-Policy: nothing inline."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, report

TEMPLATES = sorted(
    path
    for folder in [ROOT / "templates", *ROOT.glob("apps/**/templates")]
    for path in folder.rglob("*")
    if path.suffix in {".html", ".svg", ".txt"} and "mail" not in path.parts and "email" not in path.parts
)
RULES = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b(?![^>]*nonce=)", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>{%]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "javascript: address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
DATA_BLOCK = re.compile(r"type\s*=\s*[\"']application/(?:ld\+)?json[\"']", re.IGNORECASE)
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_has_nothing_inline(path: Path):
    text = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), path.read_text(encoding="utf-8"))
    findings = [f"{path.name}:{_line(text, hit)} {rule}" for rule, form in RULES.items() for hit in form.finditer(text)]
    findings += [f"{path.name}:{_line(text, tag)} inline script" for tag in SCRIPT.finditer(text) if _is_inline(tag)]
    assert not findings, report(findings, "The policy blocks it, so it does nothing:")


def _is_inline(tag: re.Match[str]) -> bool:
    attributes = tag.group(1)
    return "src=" not in attributes and not DATA_BLOCK.search(attributes)


def _line(text: str, hit: re.Match[str]) -> int:
    return text.count("\n", 0, hit.start()) + 1
