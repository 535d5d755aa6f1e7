//! Takes files into assortments, and writes assortments into files.
//!
//! A job is checked as a whole and then run part by part; progress is stored with each part, so that a run that is killed goes
//! on where it stood. A message names the turn that it asks for: one that comes again asks for nothing.

mod apply;
mod check;
mod config;
mod export;
mod plan;
mod run;

use std::time::{Duration, Instant};

use sipstr_domain::job::{Job, JobFault, JobKind, JobState};
use sipstr_domain::permission::Permission;
use sipstr_events::{Event, Fact};
use sipstr_files::Files;
use sipstr_runtime::{Aws, Clock, HandlerError, count};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::catalog::Catalog;
use sipstr_storage::jobs::Jobs;
use sipstr_storage::products::Products;
use sipstr_storage::stores::Stores;

pub use config::Config;

#[derive(Debug, Clone)]
pub struct State {
    pub clock: Clock,
    pub accounts: Accounts,
    pub catalog: Catalog,
    pub jobs: Jobs,
    pub products: Products,
    pub stores: Stores,
    pub files: Files,
    pub run_for: Duration,
}

impl State {
    pub fn new(config: &Config, aws: &Aws, files: Files) -> Self {
        Self {
            clock: Clock::system(),
            accounts: Accounts::new(aws.dynamodb(), &config.accounts_table),
            catalog: Catalog::new(aws.dynamodb(), &config.catalog_table),
            jobs: Jobs::new(aws.dynamodb(), &config.jobs_table),
            products: Products::new(aws.dynamodb(), &config.products_table),
            stores: Stores::new(aws.dynamodb(), &config.stores_table),
            files,
            run_for: config.run_for,
        }
    }
}

pub async fn on_event(event: Event, state: &State) -> Result<(), HandlerError> {
    let until = Instant::now() + state.run_for;
    let Fact::JobDue(fact) = event.fact else { return Ok(()) };
    let Some(job) = state.jobs.get(&fact.job_id).await? else { return Ok(()) };
    if job.turn != fact.turn || job.state.is_over() {
        return Ok(());
    }
    if !is_allowed(&job, state).await? {
        let fault = JobFault::new("forbidden", "who ordered this may not change prices at this store any more");
        return end(&job, job.failed(fault, state.clock.now()), state).await;
    }
    match (job.kind, job.state) {
        (JobKind::Export, _) => export::write(&job, state).await,
        (JobKind::Import, JobState::Checking) => match check::check(&job, state).await? {
            Some(job) => run::run(job, until, state).await,
            None => Ok(()),
        },
        (JobKind::Import, _) => run::run(job, until, state).await,
    }
}

/// Whether who ordered the job is of the store's staff still, and may change its prices.
async fn is_allowed(job: &Job, state: &State) -> Result<bool, HandlerError> {
    let standing = state.accounts.standing(&job.actor).await?.filter(|standing| !standing.disabled);
    let memberships = standing.map(|standing| standing.memberships).unwrap_or_default();
    let role = memberships.into_iter().find(|membership| membership.store_id == job.store_id);
    Ok(role.is_some_and(|membership| membership.role.may(Permission::ManagePrices)))
}

/// Writes the end of a job; nothing happens where somebody ended it before.
async fn end(before: &Job, after: Job, state: &State) -> Result<(), HandlerError> {
    if state.jobs.advance(before, &after, &[]).await? {
        told(&after);
    }
    Ok(())
}

fn told(job: &Job) {
    let (failed, code) = (job.state == JobState::Failed, job.fault.as_ref().map(|fault| fault.code.as_str()));
    count(if failed { "jobs_failed" } else { "jobs_done" }, 1);
    tracing::info!(jobId = %job.id, state = ?job.state, progress = ?job.progress, fault = code, "the job is over");
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::event::sqs::SqsEvent;
    use sipstr_events::Event;

    #[test]
    fn the_sample_asks_for_the_first_turn_of_a_job() {
        let batch: SqsEvent =
            serde_json::from_str(include_str!("../../../events/aws/imports-run.job.due.json")).unwrap();
        let event: Event = serde_json::from_str(batch.records[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(event.fact.type_name(), "job.due");
    }
}
