"""Enrolment (入网): who belongs to the county. Invitations, requests, certificates, revocation. Knows no case."""
