"""What happens to alerts."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AlertSent:
    """A script told something about its run that was not told just before."""

    name: ClassVar[str] = "alert.sent"
    alert_id: int
    run_id: int
    project_id: int
