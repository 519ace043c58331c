"""The road as people see it: the page 在途, its actions, and the road part of a case's page."""
