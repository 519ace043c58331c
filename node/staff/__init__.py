"""Staff (人员): who may be here, their passwords, keys and enrolment."""
