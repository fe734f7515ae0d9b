"""What each of the five people, nobody, and the team's service account get from every route: the table and how to read it.

Alice is admin of northlight, Bob member, Carol viewer; Dan may read its project `secret`; Mallory belongs elsewhere; `ci` is
northlight's service account. In addresses: `digits` is seen by the team, `secret` restricted, `shown` public; each has
a run `r1` with a file `log.txt`. Words in braces are filled in from the world (tests/permissions/world.py).
"""

ASKERS = ("alice", "bob", "carol", "dan", "mallory", "nobody", "service")

# Asked with a key, as programs do.
API = """
GET    /api/v1/                                                                         200 200 200 200 200 200 200
GET    /api/v1/schema/                                                                  200 200 200 200 200 200 200
GET    /api/v1/docs/                                                                    200 200 200 200 200 200 200
GET    /api/v1/me                                                                       200 200 200 200 200 401 200
PATCH  /api/v1/me                                                                       200 200 200 200 200 401 403
GET    /api/v1/tokens                                                                   200 200 200 200 200 401 403
POST   /api/v1/tokens                                                                   201 201 201 201 201 401 403
GET    /api/v1/tokens/{alices_token}                                                    200 404 404 404 404 401 403
DELETE /api/v1/tokens/{alices_token}                                                    204 404 404 404 404 401 403
POST   /api/v1/tokens/{alices_token}/rotate                                             201 404 404 404 404 401 403
GET    /api/v1/entities/northlight                                                      200 200 200 200 200 200 200
GET    /api/v1/entities/bob                                                             200 200 200 404 404 404 200
GET    /api/v1/entities/elsewhere                                                       404 404 404 404 200 404 404
GET    /api/v1/teams                                                                    200 200 200 200 200 401 200
POST   /api/v1/teams                                                                    201 201 201 201 201 401 403
GET    /api/v1/teams/northlight                                                         200 200 200 404 404 404 200
PATCH  /api/v1/teams/northlight                                                         200 403 403 404 404 404 403
GET    /api/v1/teams/northlight/members                                                 200 200 200 404 404 404 200
POST   /api/v1/teams/northlight/members                                                 201 403 403 404 404 404 403
PATCH  /api/v1/teams/northlight/members/{carols_membership}                             200 403 403 404 404 404 403
DELETE /api/v1/teams/northlight/members/{carols_membership}                             204 403 403 404 404 404 403
GET    /api/v1/teams/northlight/service-accounts                                        200 403 403 404 404 404 403
POST   /api/v1/teams/northlight/service-accounts                                        201 403 403 404 404 404 403
GET    /api/v1/teams/northlight/service-accounts/ci                                     200 403 403 404 404 404 403
DELETE /api/v1/teams/northlight/service-accounts/ci                                     204 403 403 404 404 404 403
GET    /api/v1/teams/northlight/service-accounts/ci/tokens                              200 403 403 404 404 404 403
POST   /api/v1/teams/northlight/service-accounts/ci/tokens                              201 403 403 404 404 404 403
DELETE /api/v1/teams/northlight/service-accounts/ci/tokens/{service_token}              204 403 403 404 404 404 403
POST   /api/v1/teams/northlight/service-accounts/ci/tokens/{service_token}/rotate       201 403 403 404 404 404 403
GET    /api/v1/teams/northlight/audit                                                   200 403 403 404 404 404 403
GET    /api/v1/projects                                                                 200 200 200 200 200 200 200
GET    /api/v1/runs                                                                     200 200 200 200 200 200 200
GET    /api/v1/alerts                                                                   200 200 200 200 200 200 200
GET    /api/v1/projects/northlight/digits                                               200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret                                               200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown                                                200 200 200 200 200 200 200
GET    /api/v1/projects/northlight/absent                                               404 404 404 404 404 404 404
PUT    /api/v1/projects/northlight/digits                                               200 200 200 404 404 404 200
PUT    /api/v1/projects/northlight/secret                                               200 409 403 200 404 404 409
PUT    /api/v1/projects/northlight/shown                                                200 200 200 200 200 200 200
PUT    /api/v1/projects/northlight/absent                                               201 201 403 404 404 404 201
PATCH  /api/v1/projects/northlight/digits                                               200 200 403 404 404 404 403
PATCH  /api/v1/projects/northlight/secret                                               200 404 404 403 404 404 404
PATCH  /api/v1/projects/northlight/shown                                                200 200 403 403 403 403 403
DELETE /api/v1/projects/northlight/digits                                               204 403 403 404 404 404 403
DELETE /api/v1/projects/northlight/secret                                               204 404 404 403 404 404 404
DELETE /api/v1/projects/northlight/shown                                                204 403 403 403 403 403 403
GET    /api/v1/projects/northlight/digits/activity                                      200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret/activity                                      200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown/activity                                       200 200 200 200 200 200 200
GET    /api/v1/projects/northlight/digits/grants                                        200 403 403 404 404 404 403
GET    /api/v1/projects/northlight/secret/grants                                        200 404 404 403 404 404 404
GET    /api/v1/projects/northlight/shown/grants                                         200 403 403 403 403 403 403
PUT    /api/v1/projects/northlight/digits/grants/dan                                    200 403 403 404 404 404 403
PUT    /api/v1/projects/northlight/secret/grants/dan                                    200 404 404 403 404 404 404
PUT    /api/v1/projects/northlight/shown/grants/dan                                     200 403 403 403 403 403 403
DELETE /api/v1/projects/northlight/digits/grants/dan                                    204 403 403 404 404 404 403
DELETE /api/v1/projects/northlight/secret/grants/dan                                    204 404 404 403 404 404 404
DELETE /api/v1/projects/northlight/shown/grants/dan                                     204 403 403 403 403 403 403
GET    /api/v1/projects/northlight/digits/runs                                          200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret/runs                                          200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown/runs                                           200 200 200 200 200 200 200
POST   /api/v1/projects/northlight/digits/runs                                          201 201 403 404 404 404 201
POST   /api/v1/projects/northlight/secret/runs                                          201 404 404 403 404 404 404
POST   /api/v1/projects/northlight/shown/runs                                           201 201 403 403 403 403 201
GET    /api/v1/projects/northlight/digits/runs/r1                                       200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret/runs/r1                                       200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown/runs/r1                                        200 200 200 200 200 200 200
PATCH  /api/v1/projects/northlight/digits/runs/r1                                       200 200 403 404 404 404 200
PATCH  /api/v1/projects/northlight/secret/runs/r1                                       200 404 404 403 404 404 404
PATCH  /api/v1/projects/northlight/shown/runs/r1                                        200 200 403 403 403 403 200
DELETE /api/v1/projects/northlight/digits/runs/r1                                       204 204 403 404 404 404 403
DELETE /api/v1/projects/northlight/secret/runs/r1                                       204 404 404 403 404 404 404
DELETE /api/v1/projects/northlight/shown/runs/r1                                        204 204 403 403 403 403 403
POST   /api/v1/projects/northlight/digits/runs/r1/stop                                  200 200 403 404 404 404 200
POST   /api/v1/projects/northlight/secret/runs/r1/stop                                  200 404 404 403 404 404 404
POST   /api/v1/projects/northlight/shown/runs/r1/stop                                   200 200 403 403 403 403 200
PUT    /api/v1/projects/northlight/digits/runs/r1/state                                 200 200 403 404 404 404 200
PUT    /api/v1/projects/northlight/secret/runs/r1/state                                 200 404 404 403 404 404 404
PUT    /api/v1/projects/northlight/shown/runs/r1/state                                  200 200 403 403 403 403 200
GET    /api/v1/projects/northlight/digits/runs/r1/config                                200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret/runs/r1/config                                200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown/runs/r1/config                                 200 200 200 200 200 200 200
PUT    /api/v1/projects/northlight/digits/runs/r1/config                                200 200 403 404 404 404 200
PUT    /api/v1/projects/northlight/secret/runs/r1/config                                200 404 404 403 404 404 404
PUT    /api/v1/projects/northlight/shown/runs/r1/config                                 200 200 403 403 403 403 200
GET    /api/v1/projects/northlight/digits/runs/r1/summary                               200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret/runs/r1/summary                               200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown/runs/r1/summary                                200 200 200 200 200 200 200
PUT    /api/v1/projects/northlight/digits/runs/r1/summary                               200 200 403 404 404 404 200
PUT    /api/v1/projects/northlight/secret/runs/r1/summary                               200 404 404 403 404 404 404
PUT    /api/v1/projects/northlight/shown/runs/r1/summary                                200 200 403 403 403 403 200
GET    /api/v1/projects/northlight/digits/runs/r1/alerts                                200 200 200 404 404 404 200
GET    /api/v1/projects/northlight/secret/runs/r1/alerts                                200 404 404 200 404 404 404
GET    /api/v1/projects/northlight/shown/runs/r1/alerts                                 200 200 200 200 200 200 200
"""
