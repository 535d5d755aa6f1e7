//! Work in the background: ordered once, counted by one run only, and stopped by whoever stops it.

use jiff::{Timestamp, ToSpan};
use sipstr_domain::job::{ImportOrder, Job, JobKind, JobState, OnErrors, RowError};
use sipstr_domain::{JobId, ProductId, StoreId, UserId};
use sipstr_storage::catalog::Catalog;
use sipstr_storage::jobs::{Jobs, Moved, Ordered};
use sipstr_testkit::{listing, store_somewhere};

use crate::ground::Ground;

fn jobs(ground: &Ground) -> Jobs {
    Jobs::new(ground.db.clone(), ground.table("jobs"))
}

fn morning() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

fn import(store: &StoreId, at: Timestamp) -> Job {
    let order = ImportOrder { dry_run: false, on_errors: OnErrors::Skip, bytes: 100, checksum: None };
    let job = Job::import(JobId::new(), store.clone(), UserId::new(), order, at);
    Job { request: "a file".into(), ..job }
}

fn wrong(row: u32) -> RowError {
    RowError {
        row,
        column: "price".into(),
        code: "price_missing".into(),
        message: "there is no price".into(),
        value: String::new(),
    }
}

/// The job after a part of 200 rows, one of which is wrong.
fn part(job: &Job, errors: &[RowError]) -> Job {
    let mut after = job.next(morning());
    after.cursor += 200;
    after.progress.applied += 200 - errors.len() as u32;
    after.progress.failed += errors.len() as u32;
    after.note(errors);
    after
}

#[tokio::test]
async fn the_same_request_orders_one_job_and_another_one_is_refused() {
    let ground = Ground::new().await;
    let (jobs, job) = (jobs(&ground), import(&StoreId::new(), morning()));
    assert_eq!(jobs.order(&job).await.unwrap(), Ordered::Now);
    let sent = jobs.alter(&job.id, |job| job.sent(morning())).await.unwrap();
    let Moved::Yes(sent) = sent else { panic!("{sent:?}") };
    assert_eq!(jobs.order(&job).await.unwrap(), Ordered::Before(sent.clone()));
    let another = Job { request: "another file".into(), ..job.clone() };
    assert_eq!(jobs.order(&another).await.unwrap(), Ordered::KeyReused);
    assert_eq!(jobs.get(&job.id).await.unwrap(), Some(*sent));
    assert_eq!(jobs.alter(&JobId::new(), |job| job.sent(morning())).await.unwrap(), Moved::NotFound);
}

#[tokio::test]
async fn of_two_runs_of_one_part_one_counts() {
    let ground = Ground::new().await;
    let (jobs, job) = (jobs(&ground), import(&StoreId::new(), morning()));
    jobs.order(&job).await.unwrap();
    let (one, other) = (part(&job, &[wrong(7)]), part(&job, &[wrong(8)]));
    let (seven, eight) = ([wrong(7)], [wrong(8)]);
    let both = futures::join!(jobs.advance(&job, &one, &seven), jobs.advance(&job, &other, &eight));
    assert_eq!(usize::from(both.0.unwrap()) + usize::from(both.1.unwrap()), 1);
    let counted = jobs.get(&job.id).await.unwrap().unwrap();
    assert_eq!((counted.cursor, counted.progress.applied, counted.progress.failed), (200, 199, 1));
    assert_eq!(jobs.errors(&job.id).await.unwrap(), counted.errors, "the other one left no trace");

    let next = part(&counted, &[wrong(300)]);
    assert!(jobs.advance(&counted, &next, &[wrong(300)]).await.unwrap());
    let rows: Vec<u32> = jobs.errors(&job.id).await.unwrap().into_iter().map(|error| error.row).collect();
    assert_eq!(rows, [counted.errors[0].row, 300], "in the order of the parts");
}

#[tokio::test]
async fn a_cancelled_job_is_not_run_on() {
    let ground = Ground::new().await;
    let (jobs, job) = (jobs(&ground), import(&StoreId::new(), morning()));
    jobs.order(&job).await.unwrap();
    let cancelled = jobs.alter(&job.id, |job| job.cancelled(morning())).await.unwrap();
    assert!(matches!(&cancelled, Moved::Yes(job) if job.state == JobState::Cancelled));
    assert!(!jobs.advance(&job, &part(&job, &[]), &[]).await.unwrap());
    let again = jobs.alter(&job.id, |job| job.cancelled(morning())).await.unwrap();
    assert!(matches!(again, Moved::Unchanged(job) if job.state == JobState::Cancelled && job.cursor == 0));
}

#[tokio::test]
async fn a_store_s_jobs_are_listed_by_kind_the_newest_first() {
    let ground = Ground::new().await;
    let (jobs, store) = (jobs(&ground), StoreId::new());
    let mut ids = Vec::new();
    for minute in 0..3 {
        let job = import(&store, morning() + minute.minutes());
        jobs.order(&job).await.unwrap();
        ids.insert(0, job.id);
    }
    let export = Job::export(JobId::new(), store.clone(), UserId::new(), morning());
    jobs.order(&export).await.unwrap();
    jobs.order(&import(&StoreId::new(), morning())).await.unwrap();
    let first = jobs.list(&store, JobKind::Import, 2, None).await.unwrap();
    let rest = jobs.list(&store, JobKind::Import, 2, first.next.clone()).await.unwrap();
    let listed: Vec<JobId> = first.items.into_iter().chain(rest.items).map(|job| job.id).collect();
    assert_eq!(listed, ids);
    assert_eq!(jobs.list(&store, JobKind::Export, 9, None).await.unwrap().items, [export]);
}

#[tokio::test]
async fn listings_are_found_a_hundred_at_a_time_with_those_that_are_not_offered() {
    let ground = Ground::new().await;
    let (catalog, store) = (Catalog::new(ground.db.clone(), ground.table("catalog")), store_somewhere());
    let mut listings: Vec<_> = (0..130).map(|number| listing(&store, number)).collect();
    listings[5].terms.offered = false;
    catalog.put_many(&listings).await.unwrap();
    let mut wanted: Vec<ProductId> = listings.iter().map(|listing| listing.product.id.clone()).collect();
    wanted.push(ProductId::new());
    let found = catalog.get_all_now(&store.id, &wanted).await.unwrap();
    assert_eq!(found.len(), 130);
    assert!(found.iter().any(|listing| !listing.terms.offered));
    assert_eq!(catalog.get_all_now(&StoreId::new(), &wanted).await.unwrap(), []);
}
