"""Ask /graphql as the official client does: Basic with a key, no operation name, its own User-Agent."""

import base64
from dataclasses import dataclass
from typing import Any

from django.test import Client

from apps.accounts.models import User
from apps.core import json
from tests.build import build_token

CORE, PUBLIC = "wandb-core", "W&B Public Client 0.31.0"


@dataclass
class Answer:
    """Status, data and the sentences of errors."""

    status: int
    data: Any
    errors: list[str]
    headers: Any

    def __getitem__(self, name: str) -> Any:
        assert self.status == 200, self.errors
        return self.data[name]


def basic(key: str) -> str:
    return f"Basic {base64.b64encode(f'api:{key}'.encode()).decode()}"


def ask(who: User | str | None, query: str, *, agent: str = PUBLIC, headers: dict | None = None, **variables) -> Answer:
    """Send one document as a person (with a fresh key), with a given key, or as nobody."""
    key = build_token(who) if isinstance(who, User) else who
    sent = {"User-Agent": agent, **(headers or {})}
    if key:
        sent["Authorization"] = basic(key)
    return post(json.dumps({"query": query, "variables": variables}), headers=sent)


def post(body: bytes | str, *, headers: dict | None = None) -> Answer:
    response = Client(raise_request_exception=False).post(
        "/graphql", body, content_type="application/json", headers=headers or {}
    )
    answer = json.loads(response.content) if response.content.startswith(b"{") else {}
    errors = [error["message"] for error in answer.get("errors", [])]
    return Answer(response.status_code, answer.get("data"), errors, response.headers)


UPSERT = """
mutation UpsertBucket($id: String, $name: String, $project: String, $entity: String, $config: JSONString,
    $displayName: String, $groupName: String, $notes: String, $tags: [String!], $state: String, $jobType: String,
    $summaryMetrics: JSONString, $commit: String, $host: String, $sweep: String, $description: String) {
  upsertBucket(input: {id: $id, name: $name, modelName: $project, entityName: $entity, config: $config,
      displayName: $displayName, groupName: $groupName, notes: $notes, tags: $tags, state: $state, jobType: $jobType,
      summaryMetrics: $summaryMetrics, commit: $commit, host: $host, sweep: $sweep, description: $description}) {
    bucket {
      id name displayName description config summaryMetrics sweepName state tags notes group historyLineCount
      project { id name entity { id name } }
      user { name username }
    }
    inserted
  }
}
"""


def upsert(who: User | str, *, agent: str = CORE, headers: dict | None = None, **variables) -> Answer:
    return ask(who, UPSERT, agent=agent, headers=headers, **variables)
