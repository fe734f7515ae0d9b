"""Which names may be given. The rules of projects, runs and tags are those of protocols the clients enforce."""

import re

from apps.core.errors import InvalidInput

# Every first path segment of ours, and words that would mislead. A test compares it with the URL configuration.
RESERVED = frozenset(
    """
    about accounts admin api artifacts artifactsv2 assets authorize blobs carnet compute docs favicon.ico files graphql
    healthz help home inbox invitations join legal live login logout media metrics new oauth oidc privacy project
    projects readyz reports robots.txt root run runs sdk search service session set-up settings setup shortcuts
    signin signout signup share static status styleguide support system team teams terms user users well-known
    .well-known wandb ws
    """.split()
)
RESERVED_PROJECTS = frozenset({"settings", "projects", "members", "reports", "runs", "registry", "compute"})

_ENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
_PROJECT_FORBIDDEN = re.compile(r"[/\\#?%:\x00-\x1f\x7f]")
_RUN_FORBIDDEN = re.compile(r"[:;,#?/'\x00-\x1f\x7f]")


def check_entity_name(name: str) -> str:
    """Return `name` if a user or team may have it, else raise InvalidInput. Whether it is free is another question."""
    if not _ENTITY.match(name):
        raise _invalid(
            "name", "A name has 1 to 128 letters, digits, “-”, “_” or “.”, and begins with a letter or digit."
        )
    if name.lower() in RESERVED:
        raise _invalid("name", f"“{name}” is kept for Carnet's own pages. Choose another name.")
    return name


def check_project_name(name: str) -> str:
    if not name or name != name.strip() or len(name) > 128 or _PROJECT_FORBIDDEN.search(name) or name in {".", ".."}:
        raise _invalid("name", "A project name has 1 to 128 characters and none of / \\ # ? % : or blanks at its ends.")
    if name.lower() in RESERVED_PROJECTS:
        raise _invalid("name", f"“{name}” is kept for Carnet's own pages. Choose another project name.")
    return name


def check_run_id(name: str) -> str:
    if not name or name != name.strip() or len(name) > 128 or _RUN_FORBIDDEN.search(name) or name in {".", ".."}:
        raise _invalid("run", "A run id has 1 to 128 characters and none of : ; , # ? / ' or blanks at its ends.")
    return name


def check_tag(tag: str) -> str:
    if not 1 <= len(tag) <= 64:
        raise _invalid("tags", "A tag has 1 to 64 characters.")
    return tag


def _invalid(field: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, code="invalid_name", fields={field: sentence})
