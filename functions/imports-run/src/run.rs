//! The second step of an import: the plan, part by part.

use std::time::Instant;

use sipstr_domain::job::{Job, JobFault, JobState, OnErrors, RowError};
use sipstr_runtime::{HandlerError, count};
use sipstr_sheets::write_errors;

use crate::plan::Plan;
use crate::{State, apply, told};

/// Rows whose progress is stored together.
const PART: usize = 200;

/// Goes through the plan from where the job stands, until it is over or the time is.
pub async fn run(mut job: Job, until: Instant, state: &State) -> Result<(), HandlerError> {
    let plan = Plan::load(&job, state).await?;
    let stops = job.order.as_ref().is_some_and(|order| order.on_errors == OnErrors::Stop);
    let store = state.stores.get(&job.store_id).await?.ok_or("the store of a job is not there")?;
    while !job.state.is_over() {
        let rest = &plan.rows[(job.cursor as usize).min(plan.rows.len())..];
        let part = &rest[..rest.len().min(PART)];
        let errors = apply::part(part, &job, store.currency, state).await?;
        let mut after = counted(&job, part.len(), &errors, state)?;
        if !errors.is_empty() && stops {
            let message = "a row became wrong since the file was checked; what was applied stays";
            (after.state, after.fault) = (JobState::Failed, Some(JobFault::new("stopped", message)));
        } else if part.len() == rest.len() {
            after.state = JobState::Done;
        }
        if after.state.is_over() {
            report(&plan, &job, &errors, state).await?;
        } else if Instant::now() >= until {
            after.turn += 1;
        }
        if !state.jobs.advance(&job, &after, &errors).await? {
            return overtaken(&plan, &job, part.len(), &errors, state).await;
        }
        if after.turn != job.turn {
            count("jobs_handed_over", 1);
            return Ok(());
        }
        job = after;
    }
    told(&job);
    Ok(())
}

/// The job with a part counted.
fn counted(job: &Job, rows: usize, errors: &[RowError], state: &State) -> Result<Job, HandlerError> {
    let (rows, failed) = (u32::try_from(rows)?, u32::try_from(errors.len())?);
    let mut after = job.next(state.clock.now());
    after.cursor += rows;
    after.progress.applied += rows - failed;
    after.progress.failed += failed;
    after.note(errors);
    Ok(after)
}

/// Somebody changed the job while a part was applied. Where it was cancelled the part is counted still; where another run was
/// faster, it counts.
async fn overtaken(
    plan: &Plan,
    job: &Job,
    rows: usize,
    errors: &[RowError],
    state: &State,
) -> Result<(), HandlerError> {
    let Some(now) = state.jobs.get(&job.id).await? else { return Ok(()) };
    if now.state == JobState::Cancelled && now.cursor == job.cursor {
        report(plan, &now, errors, state).await?;
        state.jobs.advance(&now, &counted(&now, rows, errors, state)?, errors).await?;
    }
    Ok(())
}

/// Writes the file of all errors: those of the check, of the parts before, and of this one.
async fn report(plan: &Plan, job: &Job, errors: &[RowError], state: &State) -> Result<(), HandlerError> {
    let mut all = plan.errors.clone();
    all.extend(state.jobs.errors(&job.id).await?);
    all.extend(errors.iter().cloned());
    if !all.is_empty() {
        all.sort_by_key(|error| error.row);
        state.files.put(&job.errors_key(), "text/csv", write_errors(&all)).await?;
    }
    Ok(())
}
