"""Which runs, in which order: the one filter language of pages, REST and the wandb client.

Filters are objects in the manner of MongoDB (`{"config.lr": {"$gt": 0.1}, "tags": "best"}`), orders are texts
(`-summary_metrics.loss,+created_at`). The grammar is that of the wandb client's `Api.runs`.
"""

from apps.runs.filters.grammar import filter_runs
from apps.runs.filters.order import RunPage, order_by_targets, order_runs, run_page
from apps.runs.filters.targets import MetricFact, RunValues, target_of

__all__ = [
    "MetricFact",
    "RunPage",
    "RunValues",
    "filter_runs",
    "order_by_targets",
    "order_runs",
    "run_page",
    "target_of",
]
