"""REST: entities, projects, and grants to single people."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.access import get_entity, get_home
from apps.accounts.permissions import Permission as P
from apps.accounts.queries import get_person
from apps.core.api import CarnetAPIView, PageInput, page_response
from apps.core.needs import Needs
from apps.core.openapi import described, page_shape
from apps.projects import actions, queries
from apps.projects.access import Grant, find_project
from apps.projects.endpoint import ProjectAPIView
from apps.projects.serializers import (
    EntityOutput,
    GrantInput,
    GrantOutput,
    ProjectChangeInput,
    ProjectInput,
    ProjectListInput,
    ProjectOutput,
)


class OneEntity(CarnetAPIView):
    needs = {"GET": Needs.NOBODY}  # the query hides what the asker may not know of

    @described("projects", "Look up a user or team", returns=EntityOutput)
    def get(self, request: Request, entity: str) -> Response:
        return Response(EntityOutput(queries.entity_card(self.principal, entity)).data)


class Projects(CarnetAPIView):
    needs = {"GET": Needs.NOBODY}  # lists what the asker may see

    @described(
        "projects",
        "List the projects one may see, the most recently active first",
        query=ProjectListInput,
        returns=page_shape(ProjectOutput),
    )
    def get(self, request: Request) -> Response:
        given = ProjectListInput.parse(request.query_params)
        entity = queries.visible_entity(self.principal, given.entity) if given.entity else None
        page = queries.project_page(
            self.principal, entity=entity, search=given.search, cursor=given.cursor, limit=given.limit
        )
        return page_response(request, page, ProjectOutput)


class OneProject(ProjectAPIView):
    needs = {"GET": P.VIEW_PROJECT, "PUT": P.CREATE_PROJECT, "PATCH": P.EDIT_PROJECT, "DELETE": P.ADMIN_PROJECT}

    @described("projects", "One project", returns=ProjectOutput)
    def get(self, request: Request, entity: str, project: str) -> Response:
        return Response(ProjectOutput(queries.project_card(self.project)).data)

    @described(
        "projects",
        "Make a project if it is missing; one that is there stays as it is",
        takes=ProjectInput,
        returns=ProjectOutput,
        status=(200, 201),
        errors=(403, 409),
    )
    def put(self, request: Request, entity: str, project: str) -> Response:
        found = find_project(get_entity(entity), project)
        if found is not None and self.principal.may(P.VIEW_PROJECT, found):
            return Response(ProjectOutput(queries.project_card(found)).data)
        home = get_home(self.principal, entity)
        given = ProjectInput.parse(request.data).given
        made = actions.create_project(home, project, actor=self.principal, **given)
        return Response(ProjectOutput(queries.project_card(made)).data, 201)

    @described("projects", "Change a project", takes=ProjectChangeInput, returns=ProjectOutput, errors=(403, 409))
    def patch(self, request: Request, entity: str, project: str) -> Response:
        changed, given = self.project, ProjectChangeInput.parse(request.data)
        if given.name is not None or given.visibility is not None:
            self.principal.require(P.ADMIN_PROJECT, changed)
        changed = actions.update_project(changed, actor=self.principal, **given.given)
        return Response(ProjectOutput(queries.project_card(changed)).data)

    @described("projects", "Delete a project with its runs", status=204, errors=(403,))
    def delete(self, request: Request, entity: str, project: str) -> Response:
        actions.delete_project(self.project, actor=self.principal)
        return Response(status=204)


class Grants(ProjectAPIView):
    needs = {"GET": P.ADMIN_PROJECT}

    @described(
        "projects",
        "List who was granted what on a project",
        query=PageInput,
        returns=page_shape(GrantOutput),
        errors=(403,),
    )
    def get(self, request: Request, entity: str, project: str) -> Response:
        given = PageInput.parse(request.query_params)
        page = queries.grant_page(self.project, cursor=given.cursor, limit=given.limit)
        return page_response(request, page, GrantOutput)


class OneGrant(ProjectAPIView):
    needs = {"PUT": P.ADMIN_PROJECT, "DELETE": P.ADMIN_PROJECT}

    @described(
        "projects",
        "Grant one person a right on a project, in place of an earlier grant",
        takes=GrantInput,
        returns=GrantOutput,
        errors=(403,),
    )
    def put(self, request: Request, entity: str, project: str, user: str) -> Response:
        on, given = self.project, GrantInput.parse(request.data)
        person = get_person(user)
        actions.grant_project(on, person, grant=Grant(given.grant), actor=self.principal)
        return Response({"username": person.username, "name": person.shown_name, "grant": given.grant})

    @described("projects", "Take back what a person was granted; a repeat changes nothing", status=204, errors=(403,))
    def delete(self, request: Request, entity: str, project: str, user: str) -> Response:
        actions.revoke_grant(self.project, get_person(user), actor=self.principal)
        return Response(status=204)
