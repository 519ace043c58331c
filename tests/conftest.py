"""What every test gets: hypothesis without luck, so that a run today is a run tomorrow."""

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("steady")
