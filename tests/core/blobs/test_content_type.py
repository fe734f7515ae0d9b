"""Types guessed by name: shown where harmless, never run."""

import pytest

from apps.core.blobs.content import content_type

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("output.log", TEXT),
        ("config.yaml", TEXT),
        ("code/train.PY", TEXT),
        ("diff.patch", TEXT),
        ("wandb-summary.json", "application/json"),
        ("media/images/a.png", "image/png"),
        ("a.JPG", "image/jpeg"),
        ("clip.mp4", "video/mp4"),
        ("say.wav", "audio/wav"),
        ("scores.csv", "text/csv; charset=utf-8"),
        ("paper.pdf", "application/pdf"),
        ("page.html", "text/html; charset=utf-8"),
        ("drawing.svg", "image/svg+xml"),
        ("model.pt", BINARY),
        ("model.tar.gz", "application/gzip"),
        ("noending", BINARY),
        ("", BINARY),
        ("v1.0/noending", BINARY),
        ("weights.png.gz", "application/gzip"),
    ],
)
def test_guess(name: str, expected: str) -> None:
    guess = content_type(name)
    assert guess == expected or (name.endswith(".wav") and guess == "audio/x-wav")


@pytest.mark.parametrize("name", ["a.js", "a.mjs", "a.css", "a.xml", "a.xhtml", "a.xht", "a.xsl", "a.vtt", "a.htc"])
def test_what_a_browser_would_run_is_text(name: str) -> None:
    assert content_type(name) == TEXT


@pytest.mark.parametrize("name", ["a.swf", "a.wasm", "a.hta", "a.mht", "a.rdf", "a.exe", "a.webmanifest", "a.jnlp"])
def test_what_is_active_elsewhere_is_binary(name: str) -> None:
    assert content_type(name) == BINARY
