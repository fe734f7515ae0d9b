"""Who asks. One frozen object answers one question everywhere: `principal.may(LOG_RUN, project)`.

Each app that owns a kind of target registers how rights on it come about (`@rights_on(Project)`): role table, grants,
visibility. The token's scopes and team then cut the answer. Answers are kept for as long as the principal lives, which
is one request, one socket check or one job.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from apps.accounts.models import ApiToken, User
from apps.accounts.permissions import EVERYTHING, Permission, permissions_of
from apps.core.errors import Forbidden, NotFound

Rights = Callable[["Principal", Any], frozenset[Permission]]
_rights: dict[type, Rights] = {}


def rights_on(model: type) -> Callable[[Rights], Rights]:
    """Register the function that says what a principal may do with an instance of `model`, before tokens cut it."""

    def keep(function: Rights) -> Rights:
        _rights[model] = function
        return function

    return keep


@dataclass(frozen=True)
class Principal:
    """A user or nobody, by session or token, perhaps on behalf of another, from an address with a client."""

    user: User | None = None
    token: ApiToken | None = None
    on_behalf_of: User | None = None  # the team member a service account names
    address: str = ""
    client: str = ""
    is_server: bool = False  # the server's own commands, run by whoever has its shell
    _answers: dict[tuple[type, int], frozenset[Permission]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def is_service(self) -> bool:
        return self.user is not None and self.user.is_service

    @property
    def is_operator(self) -> bool:
        """An operator runs the server. Reading a team's data is another matter and not included."""
        return self.user is not None and self.user.is_superuser and self.token is None

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def owner(self) -> User | None:
        """Whose runs these are: the member a service acts for, else the user."""
        return self.on_behalf_of or self.user

    @property
    def label(self) -> str:
        """How the audit trail calls this principal."""
        if self.user is None:
            return "the server" if self.is_server else "nobody"
        if self.on_behalf_of:
            return f"{self.on_behalf_of.shown_name} via {self.user.shown_name}"
        return self.user.shown_name

    def acting_for(self, member: User) -> "Principal":
        """Return this principal on behalf of a team member it names.

        A method, since `request.principal` is a lazy object, on which `dataclasses.replace` fails.
        """
        return replace(self, on_behalf_of=member, _answers={})

    def signed_in_as(self, user: User) -> "Principal":
        """Return this principal after somebody has signed in."""
        return replace(self, user=user, _answers={})

    def rights(self, target: Any) -> frozenset[Permission]:
        """Return everything this principal may do with `target` (a project, a team, an entity)."""
        key = (type(target), target.pk)
        if key not in self._answers:
            self._answers[key] = self._cut(_rights[type(target)](self, target), target)
        return self._answers[key]

    def may(self, permission: Permission, target: Any) -> bool:
        return permission in self.rights(target)

    def may_account(self, permission: Permission) -> bool:
        """Return whether a right on one's own account (tokens, teams to be made) is given: people only."""
        return self.user is not None and not self.is_service and permission in self._scoped

    def require(self, permission: Permission, target: Any, *, absent: NotFound | None = None) -> None:
        """Raise NotFound if the target may not even be seen, Forbidden if only this is not allowed.

        `absent` is what the door says of a target that is not there: both must read the same.
        """
        rights = self.rights(target)
        if permission in rights:
            return
        if Permission.VIEW_PROJECT in rights or Permission.VIEW_TEAM in rights:
            raise Forbidden(f"You may not {permission} here. Ask an admin of the team for it.", code="forbidden")
        raise absent or NotFound()

    @property
    def tenant_id(self) -> int | None:
        """The only entity a service account's token reaches; None where tokens confine nothing."""
        return self.token.tenant_id if self.token else None

    def may_scope(self, permission: Permission) -> bool:
        """Return whether the token's scopes leave this permission, whatever the target."""
        return permission in self._scoped

    @property
    def _scoped(self) -> frozenset[Permission]:
        return permissions_of(self.token.scopes) if self.token else EVERYTHING

    def _cut(self, rights: frozenset[Permission], target: Any) -> frozenset[Permission]:
        if self.tenant_id is not None and self.tenant_id != target.tenant_id:
            return frozenset()
        return rights & self._scoped


class PageRequest(HttpRequest):
    """A request as views see it, after `PrincipalMiddleware`."""

    principal: Principal


NOBODY = Principal()
SERVER = Principal(client="manage.py", is_server=True)  # may nothing by itself; names the actor in the audit trail
