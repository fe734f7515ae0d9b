"""What the addresses of runs share."""

from functools import cached_property

from apps.accounts.permissions import Permission as P
from apps.core.api import CarnetAPIView
from apps.core.errors import InvalidInput
from apps.runs.access import get_run
from apps.runs.models import Run


class RunAPIView(CarnetAPIView):
    """An address below a run. `run` passes the door with what the method needs."""

    @cached_property
    def run(self) -> Run:
        return get_run(self.principal, self.kwargs["entity"], self.kwargs["project"], self.kwargs["run"], P(self.need))


def split_address(address: str, *, field: str = "project") -> tuple[str, str]:
    """Return entity and name of a project given as `entity/name`. Raises InvalidInput, naming the field."""
    entity, _, name = address.partition("/")
    if not entity or not name:
        raise InvalidInput("A project is given as “entity/name”.", fields={field: "Write “entity/name”."})
    return entity, name
