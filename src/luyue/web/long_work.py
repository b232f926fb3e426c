"""Long work in the background that somebody waits for: how often its job is tried, and whether one will still do it."""

from collections.abc import Callable, Collection

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django.models import ProcrastinateJob

TRIES = 5  # after the first; a worker that was killed over it counts as one
PATIENCE = RetryStrategy(max_attempts=TRIES, exponential_wait=3, retry_exceptions={OperationalError})
GIVEN_UP = "given_up"  # why work has failed that no job will do any more

# Whether a job is still at work or will be. Asked under the lock of what it works on: it answers before it is gone.
Lives = Callable[[], bool]


def lives(tasks: Collection[str], argument: str, value: int) -> bool:
    """Whether one of these tasks waits or is at work with an argument of this value."""
    return ProcrastinateJob.objects.filter(
        task_name__in=tasks, status__in=("todo", "doing"), **{f"args__{argument}": value}
    ).exists()
