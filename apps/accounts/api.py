"""REST: who asks, and their tokens."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import actions
from apps.accounts.access import get_home, get_own_token, require_account
from apps.accounts.permissions import Permission as P
from apps.accounts.queries import TokenCard, token_page, viewer
from apps.accounts.serializers import NewTokenOutput, TokenInput, TokenOutput, ViewerInput, ViewerOutput
from apps.core.api import CarnetAPIView, PageInput, page_response
from apps.core.needs import Needs
from apps.core.openapi import described, page_shape


class Me(CarnetAPIView):
    needs = {"GET": Needs.SIGNED_IN, "PATCH": P.MANAGE_ACCOUNT}

    @described("me", "Who asks", returns=ViewerOutput)
    def get(self, request: Request) -> Response:
        return Response(ViewerOutput(viewer(self.principal)).data)

    @described("me", "Change one's own settings", takes=ViewerInput, returns=ViewerOutput, errors=(403,))
    def patch(self, request: Request) -> Response:
        user = require_account(self.principal, P.MANAGE_ACCOUNT)
        given = dict(ViewerInput.parse(request.data).given)
        if (name := given.pop("default_entity", None)) is not None:
            actions.set_default_entity(user, entity=get_home(self.principal, name), actor=self.principal)
        if given:
            actions.update_profile(user, actor=self.principal, **given)
        return Response(ViewerOutput(viewer(self.principal)).data)


class Tokens(CarnetAPIView):
    needs = {"GET": P.MANAGE_TOKENS, "POST": P.MANAGE_TOKENS}

    @described("tokens", "List one's own tokens", query=PageInput, returns=page_shape(TokenOutput), errors=(403,))
    def get(self, request: Request) -> Response:
        user = require_account(self.principal, P.MANAGE_TOKENS)
        given = PageInput.parse(request.query_params)
        return page_response(request, token_page(user, cursor=given.cursor, limit=given.limit), TokenOutput)

    @described("tokens", "Make a token", takes=TokenInput, returns=NewTokenOutput, status=201, errors=(403,))
    def post(self, request: Request) -> Response:
        user = require_account(self.principal, P.MANAGE_TOKENS)
        given = TokenInput.parse(request.data).given
        token, key = actions.create_token(user, actor=self.principal, **given)
        return Response(TokenOutput(TokenCard.of(token)).data | {"key": key}, 201)


class Token(CarnetAPIView):
    needs = {"GET": P.MANAGE_TOKENS, "DELETE": P.MANAGE_TOKENS}

    @described("tokens", "One token", returns=TokenOutput, errors=(403,))
    def get(self, request: Request, uid: str) -> Response:
        require_account(self.principal, P.MANAGE_TOKENS)
        return Response(TokenOutput(TokenCard.of(get_own_token(self.principal, uid))).data)

    @described("tokens", "Revoke a token; a repeat changes nothing", status=204, errors=(403,))
    def delete(self, request: Request, uid: str) -> Response:
        require_account(self.principal, P.MANAGE_TOKENS)
        actions.revoke_token(get_own_token(self.principal, uid), actor=self.principal)
        return Response(status=204)


class RotateToken(CarnetAPIView):
    needs = {"POST": P.MANAGE_TOKENS}

    @described(
        "tokens",
        "Make a successor; the old key works for another day",
        returns=NewTokenOutput,
        status=201,
        errors=(403, 409),
    )
    def post(self, request: Request, uid: str) -> Response:
        require_account(self.principal, P.MANAGE_TOKENS)
        token, key = actions.rotate_token(get_own_token(self.principal, uid), actor=self.principal)
        return Response(TokenOutput(TokenCard.of(token)).data | {"key": key}, 201)
