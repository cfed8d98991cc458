"""Addresses of the people's room, inside a company's desk: /c/<company>/people/…"""

from django.urls import path

from amiable.web.people import assignment, audit, first_steps, invitations, team

urlpatterns = [
    path("", team.team),
    path("<int:user>/", team.member),
    path("<int:user>/role/", team.role),
    path("<int:user>/leave/", team.leave),
    path("<int:user>/back/", team.come_back),
    path("<int:user>/absence/", team.absence),
    path("<int:user>/present/", team.present),
    path("<int:user>/hand-over/", assignment.hand_over),
    path("unassigned/", assignment.unassigned),
    path("handovers/<int:handover>/undo/", assignment.undo),
    path("rules/", assignment.rules),
    path("rules/apply/", assignment.apply),
    path("rules/<int:rule>/", assignment.rule),
    path("rules/<int:rule>/move/", assignment.move),
    path("rules/<int:rule>/drop/", assignment.drop),
    path("invite/", invitations.new),
    path("invited/", invitations.invited),
    path("invitations/<int:invitation>/again/", invitations.again),
    path("invitations/<int:invitation>/revoke/", invitations.withdraw),
    path("audit/", audit.audit),
    path("audit/export/", audit.audit_csv),
    path("first-steps/", first_steps.first_steps),
]
