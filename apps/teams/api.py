"""REST: teams, their members, service accounts and audit trail."""

from functools import cached_property

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import actions as accounts
from apps.accounts.access import require_account
from apps.accounts.models import ApiToken
from apps.accounts.permissions import Permission as P
from apps.accounts.queries import TokenCard, get_person
from apps.core.api import CarnetAPIView, PageInput, page_response
from apps.core.needs import Needs
from apps.core.openapi import described, page_shape
from apps.teams import actions, queries
from apps.teams.access import get_member, get_service_account, get_service_token, get_team
from apps.teams.models import Role, ServiceAccount, Team
from apps.teams.serializers import (
    AuditInput,
    AuditOutput,
    MemberInput,
    MemberOutput,
    NewServiceTokenOutput,
    RoleInput,
    ServiceAccountInput,
    ServiceAccountOutput,
    ServiceTokenInput,
    ServiceTokenOutput,
    TeamChangeInput,
    TeamInput,
    TeamOutput,
)


class TeamAPIView(CarnetAPIView):
    """An address below a team. `team` passes the door with what the method needs."""

    @cached_property
    def team(self) -> Team:
        return get_team(self.principal, self.kwargs["team"], P(self.need))

    @property
    def account(self) -> ServiceAccount:
        return get_service_account(self.principal, self.team, self.kwargs["account"])

    @property
    def token(self) -> ApiToken:
        return get_service_token(self.principal, self.account, self.kwargs["uid"])

    def team_response(self, team: Team, status: int = 200) -> Response:
        return Response(TeamOutput(queries.team_card(self.principal, team)).data, status)


class Teams(TeamAPIView):
    needs = {"GET": Needs.SIGNED_IN, "POST": P.CREATE_TEAM}

    @described("teams", "List one's teams", query=PageInput, returns=page_shape(TeamOutput))
    def get(self, request: Request) -> Response:
        given = PageInput.parse(request.query_params)
        page = queries.team_page(self.principal, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, TeamOutput)

    @described("teams", "Make a team", takes=TeamInput, returns=TeamOutput, status=201, errors=(403, 409))
    def post(self, request: Request) -> Response:
        owner = require_account(self.principal, P.CREATE_TEAM)
        given = TeamInput.parse(request.data)
        team = actions.create_team(given.name, owner=owner, actor=self.principal, description=given.description or "")
        return self.team_response(team, 201)


class OneTeam(TeamAPIView):
    needs = {"GET": P.VIEW_TEAM, "PATCH": P.MANAGE_TEAM}

    @described("teams", "One team", returns=TeamOutput)
    def get(self, request: Request, team: str) -> Response:
        return self.team_response(self.team)

    @described("teams", "Change a team", takes=TeamChangeInput, returns=TeamOutput, errors=(403, 409))
    def patch(self, request: Request, team: str) -> Response:
        given, changed = TeamChangeInput.parse(request.data), self.team
        if given.name is not None:
            self.principal.require(P.OWN_TEAM, changed)
            changed = actions.rename_team(changed, name=given.name, actor=self.principal)
        if given.description is not None or given.code_saving is not None:
            changed = actions.update_team(
                changed, actor=self.principal, description=given.description, code_saving=given.code_saving
            )
        return self.team_response(changed)


class Members(TeamAPIView):
    needs = {"GET": P.VIEW_TEAM, "POST": P.MANAGE_MEMBERS}

    @described("teams", "List the people of a team", query=PageInput, returns=page_shape(MemberOutput))
    def get(self, request: Request, team: str) -> Response:
        given = PageInput.parse(request.query_params)
        page = queries.member_page(self.team, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, MemberOutput)

    @described(
        "teams",
        "Add a person; a repeat changes nothing",
        takes=MemberInput,
        returns=MemberOutput,
        status=201,
        errors=(403, 409),
    )
    def post(self, request: Request, team: str) -> Response:
        to, given = self.team, MemberInput.parse(request.data)
        member = actions.add_member(to, get_person(given.user), role=Role(given.role), actor=self.principal)
        return Response(MemberOutput(queries.member_card(member)).data, 201)


class Member(TeamAPIView):
    needs = {"PATCH": P.MANAGE_MEMBERS, "DELETE": P.MANAGE_MEMBERS}

    @described("teams", "Give a person another role", takes=RoleInput, returns=MemberOutput, errors=(403, 409))
    def patch(self, request: Request, team: str, uid: str) -> Response:
        member = get_member(self.principal, self.team, uid)
        role = Role(RoleInput.parse(request.data).role)
        member = actions.change_role(member, role=role, actor=self.principal)
        return Response(MemberOutput(queries.member_card(member)).data)

    @described("teams", "Take a person out of a team", status=204, errors=(403, 409))
    def delete(self, request: Request, team: str, uid: str) -> Response:
        actions.remove_member(get_member(self.principal, self.team, uid), actor=self.principal)
        return Response(status=204)


class ServiceAccounts(TeamAPIView):
    needs = {"GET": P.MANAGE_TEAM, "POST": P.MANAGE_TEAM}

    @described(
        "service accounts",
        "List a team's service accounts",
        query=PageInput,
        returns=page_shape(ServiceAccountOutput),
        errors=(403,),
    )
    def get(self, request: Request, team: str) -> Response:
        given = PageInput.parse(request.query_params)
        page = queries.service_page(self.team, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, ServiceAccountOutput)

    @described(
        "service accounts",
        "Make a service account",
        takes=ServiceAccountInput,
        returns=ServiceAccountOutput,
        status=201,
        errors=(403, 409),
    )
    def post(self, request: Request, team: str) -> Response:
        to, given = self.team, ServiceAccountInput.parse(request.data)
        account = actions.create_service_account(to, given.name, actor=self.principal)
        return Response(ServiceAccountOutput(queries.service_card(account)).data, 201)


class OneServiceAccount(TeamAPIView):
    needs = {"GET": P.MANAGE_TEAM, "DELETE": P.MANAGE_TEAM}

    @described("service accounts", "One service account", returns=ServiceAccountOutput, errors=(403,))
    def get(self, request: Request, team: str, account: str) -> Response:
        return Response(ServiceAccountOutput(queries.service_card(self.account)).data)

    @described("service accounts", "Remove it: its keys stop now, its runs stay", status=204, errors=(403,))
    def delete(self, request: Request, team: str, account: str) -> Response:
        actions.remove_service_account(self.account, actor=self.principal)
        return Response(status=204)


class ServiceTokens(TeamAPIView):
    needs = {"GET": P.MANAGE_TEAM, "POST": P.MANAGE_TEAM}

    @described(
        "service accounts",
        "List a service account's keys",
        query=PageInput,
        returns=page_shape(ServiceTokenOutput),
        errors=(403,),
    )
    def get(self, request: Request, team: str, account: str) -> Response:
        given = PageInput.parse(request.query_params)
        page = queries.service_token_page(self.account, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, ServiceTokenOutput)

    @described(
        "service accounts",
        "Make a key for a service account",
        takes=ServiceTokenInput,
        returns=NewServiceTokenOutput,
        status=201,
        errors=(403,),
    )
    def post(self, request: Request, team: str, account: str) -> Response:
        of, given = self.account, ServiceTokenInput.parse(request.data).given
        token, key = actions.create_service_token(of, actor=self.principal, **given)
        return Response(ServiceTokenOutput(TokenCard.of(token)).data | {"key": key}, 201)


class ServiceToken(TeamAPIView):
    needs = {"DELETE": P.MANAGE_TEAM}

    @described("service accounts", "Revoke a key; a repeat changes nothing", status=204, errors=(403,))
    def delete(self, request: Request, team: str, account: str, uid: str) -> Response:
        accounts.revoke_token(self.token, actor=self.principal)
        return Response(status=204)


class RotateServiceToken(TeamAPIView):
    needs = {"POST": P.MANAGE_TEAM}

    @described(
        "service accounts",
        "Make a successor; the old key works for another day",
        returns=NewServiceTokenOutput,
        status=201,
        errors=(403, 409),
    )
    def post(self, request: Request, team: str, account: str, uid: str) -> Response:
        token, key = accounts.rotate_token(self.token, actor=self.principal)
        return Response(ServiceTokenOutput(TokenCard.of(token)).data | {"key": key}, 201)


class Audit(TeamAPIView):
    needs = {"GET": P.MANAGE_TEAM}

    @described(
        "teams", "Read the audit trail, newest first", query=AuditInput, returns=page_shape(AuditOutput), errors=(403,)
    )
    def get(self, request: Request, team: str) -> Response:
        given = AuditInput.parse(request.query_params)
        page = queries.audit_page(self.team, verb=given.verb, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, AuditOutput)
