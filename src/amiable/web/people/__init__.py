"""People: signing in, invitations, roles, assignment, absence, the audit log."""
