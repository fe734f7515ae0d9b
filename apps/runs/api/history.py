"""REST: the keys of a run and its history, as columns to draw or as whole rows."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission as P
from apps.core.api import Parsed, next_url
from apps.core.errors import InvalidInput
from apps.core.openapi import described
from apps.runs.api.base import RunAPIView
from apps.runs.models import Stream
from apps.runs.queries.history import key_facts, series
from apps.runs.queries.rows import row_page
from apps.runs.serializers import HistoryInput, HistoryOutput, KeyOutput, KeysInput, KeysOutput, words

_STREAMS = {"history": Stream.HISTORY, "system": Stream.EVENTS}


class Keys(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described("history", "What a run logs: its keys with their extremes", query=KeysInput, returns=KeysOutput)
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        of, given = self.run, KeysInput.parse(request.query_params)
        facts = key_facts(of, stream=_STREAMS[given.stream] if given.stream else None)
        return Response({"items": KeyOutput(facts, many=True).data})


class History(RunAPIView):
    needs = {"GET": P.VIEW_PROJECT}

    @described(
        "history",
        "Columns to draw, every spike kept; or all rows by the page",
        query=HistoryInput,
        returns=HistoryOutput,
    )
    def get(self, request: Request, entity: str, project: str, run: str) -> Response:
        given = HistoryInput.parse(request.query_params)
        return self._rows(given) if given.format == "rows" else self._columns(given)

    def _columns(self, given: Parsed) -> Response:
        of, keys = self.run, words(given.keys)
        if not keys:
            sentence = "Name the keys to draw, or ask for `format=rows`."
            raise InvalidInput(sentence, code="no_keys", fields={"keys": sentence})
        return Response(series(of, keys, points=given.points, stream=_STREAMS[given.stream]).as_json())

    def _rows(self, given: Parsed) -> Response:
        page = row_page(self.run, stream=_STREAMS[given.stream], min_step=given.min_step, limit=given.limit)
        next_step = None if page.next_step is None else str(page.next_step)
        return Response({"items": page.rows, "next": next_url(self.request, next_step, name="min_step")})
