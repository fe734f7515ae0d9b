"""Content types of user files, guessed by name with defaults that harm nobody."""

import mimetypes
import re

_KNOWN = mimetypes.MimeTypes()  # Python's own table: the same on every machine
_TEXT = "text/plain; charset=utf-8"
_BINARY = "application/octet-stream"

# Shown as text: what a browser would run, apply as style or expand as markup, and what it would only download.
_AS_TEXT = re.compile(
    r"bash|bat|c|cc|cfg|cmake|conf|config|cpp|css|cu|cuh|diff|env|go|h|hpp|htc|ini|java|jl|js|jsonl|jsx|kt|latex|less|log"
    r"|lua|m|md|mjs|ndjson|out|patch|php|pl|proto|ps1|pyi?|pyx|r|rb|rs|rst|scala|scss|sh|sql|srt|svelte|swift|tex|toml"
    r"|tsx?|tsv|txt|vtt|vue|xht|xhtml|xml|xsd|xslt?|ya?ml|zig"
)
_OURS = {
    "csv": "text/csv; charset=utf-8",
    "glb": "model/gltf-binary",
    "gltf": "model/gltf+json",
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "ipynb": "application/json",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_PACKED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz", "br": _BINARY}


def content_type(name: str) -> str:
    """Guess by the end of the name. Scripts, styles and XML are plain text; what is unknown is binary."""
    ending = name.lower().rpartition("/")[2].rpartition(".")[2] if "." in name else ""
    if _AS_TEXT.fullmatch(ending):
        return _TEXT
    if ending in _OURS:
        return _OURS[ending]
    guess, packing = _KNOWN.guess_type(f"x.{ending}", strict=False)
    if packing:
        return _PACKED.get(packing, _BINARY)
    return guess if guess and _is_inert(guess) else _BINARY


def _is_inert(media_type: str) -> bool:
    """Return whether a browser only shows such a file."""
    return media_type.startswith(("image/", "audio/", "video/", "font/", "model/")) or media_type in {
        "application/pdf",
        "application/zip",
    }
