"""Housekeeping of the queue itself."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0


@app.periodic(cron="* * * * * */15")
@app.task(queue="housekeeping", queueing_lock="housekeeping:retake", pass_context=True)
async def retake_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes the time
    """Give the jobs of workers that were killed to the others. A job must therefore stand being run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", queueing_lock="housekeeping:forget", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue passes the time
    """Remove failed jobs after 30 days; the others are removed when they are done."""
    await context.app.job_manager.delete_old_jobs(nb_hours=30 * 24, include_failed=True)
