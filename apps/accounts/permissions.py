"""What a principal may be allowed to do, and which scope of a token covers it."""

from enum import StrEnum


class Permission(StrEnum):
    """A right on a project or a team. Runs, files and rows of a project inherit from it."""

    # on a project
    VIEW_PROJECT = "view project"
    LOG_RUN = "log run"
    EDIT_RUN = "edit run"
    STOP_RUN = "stop run"
    DELETE_RUN = "delete run"
    EDIT_PROJECT = "edit project"
    ADMIN_PROJECT = "admin project"  # visibility, grants, rename, delete
    # on a team or on the own personal entity
    VIEW_TEAM = "view team"
    CREATE_PROJECT = "create project"
    MANAGE_MEMBERS = "manage members"
    MANAGE_TEAM = "manage team"  # settings, service accounts, audit trail
    OWN_TEAM = "own team"  # rename, delete, make owners
    # on oneself
    MANAGE_ACCOUNT = "manage account"
    MANAGE_TOKENS = "manage tokens"
    CREATE_TEAM = "create team"


P = Permission
READ = frozenset({P.VIEW_PROJECT, P.VIEW_TEAM})
LOG = READ | {P.LOG_RUN, P.CREATE_PROJECT}
EDIT = LOG | {P.EDIT_RUN, P.STOP_RUN, P.DELETE_RUN, P.EDIT_PROJECT}
EVERYTHING = frozenset(P)

# A token names the scopes it has; what no scope covers is refused whatever the role of its owner.
SCOPES: dict[str, frozenset[Permission]] = {
    "read": READ,
    "log": LOG,
    "edit": EDIT,
    "admin": EVERYTHING,
}
SCOPE_SENTENCES = {
    "read": "See projects, runs, files and teams",
    "log": "Log runs and create projects",
    "edit": "Change, stop and delete runs",
    "admin": "Manage teams, members, projects and tokens",
}
PERSONAL_SCOPES = ["read", "log", "edit", "admin"]
SERVICE_SCOPES = ["read", "log", "edit"]


def permissions_of(scopes: list[str]) -> frozenset[Permission]:
    """Return what the scopes cover together. Unknown scopes cover nothing."""
    return frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
