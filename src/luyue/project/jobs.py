"""Housekeeping of the queue itself."""

import logging

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

from luyue.project import long_work
from luyue.web.long_work import TRIES

LOG = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0


@app.periodic(cron="* * * * * */15")
@app.task(queue="housekeeping", queueing_lock="housekeeping:retake", pass_context=True)
async def retake_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes the time
    """Give the jobs of workers that were killed to the others. A job must therefore stand being run twice.

    One that has had its tries is given up: it would go on taking every worker with it.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.attempts < _most_tries(context, job):
            try:
                await manager.retry_job(job)
                continue
            except UniqueViolation:
                LOG.info("job %s (%s) waits anew already", job.id, job.task_name)
        else:
            LOG.error("job %s (%s) is given up: its workers were killed", job.id, job.task_name)
        await manager.finish_job(job, Status.FAILED, delete_job=False)


def _most_tries(context: JobContext, job: Job) -> int:
    """After the first."""
    task = context.app.tasks.get(job.task_name)
    return getattr(task and task.retry_strategy, "max_attempts", None) or TRIES


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", name="housekeeping.end_lost", queueing_lock="housekeeping:end_lost")
def end_lost(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the time
    """Every minute: say of long work that no job will do any more that it failed."""
    long_work.end_lost(timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", queueing_lock="housekeeping:forget", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes the time
    """Remove failed jobs after 30 days; the others are removed when they are done."""
    await context.app.job_manager.delete_old_jobs(nb_hours=30 * 24, include_failed=True)
