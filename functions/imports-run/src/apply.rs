//! One part of a plan, its rows side by side.

use std::collections::HashMap;

use futures::{StreamExt, TryStreamExt, stream};
use sipstr_domain::catalog::{Listing, ProductRecord};
use sipstr_domain::job::{Job, RowError};
use sipstr_domain::terms::{Schedules, Terms};
use sipstr_domain::{Currency, Money, ProductId};
use sipstr_runtime::HandlerError;
use sipstr_storage::StorageError;
use sipstr_storage::catalog::Listed;

use crate::State;
use crate::plan::Planned;

/// Rows that are written at once: an import must leave room for whoever sells.
const AT_ONCE: usize = 24;
/// Tries where schedules or the catalogue touch a listing in the same moment.
const TRIES: usize = 5;

/// Applies rows, and says what was wrong in their order. Doing it again finds them as they shall be.
pub async fn part(
    rows: &[Planned],
    job: &Job,
    currency: Currency,
    state: &State,
) -> Result<Vec<RowError>, HandlerError> {
    let ids: Vec<ProductId> = rows.iter().map(|row| row.product.clone()).collect();
    let mut listings: HashMap<ProductId, Listing> = HashMap::new();
    for listing in state.catalog.get_all_now(&job.store_id, &ids).await? {
        listings.insert(listing.product.id.clone(), listing);
    }
    let new: Vec<ProductId> = ids.into_iter().filter(|id| !listings.contains_key(id)).collect();
    let mut records: HashMap<ProductId, ProductRecord> = HashMap::new();
    for record in state.products.batch_get(&new).await? {
        records.insert(record.id.clone(), record);
    }
    let work: Vec<_> =
        rows.iter().map(|row| (row, listings.remove(&row.product), records.remove(&row.product))).collect();
    let done = stream::iter(work).map(|(row, listing, record)| apply(row, listing, record, job, currency, state));
    let errors: Vec<Option<RowError>> = done.buffered(AT_ONCE).try_collect().await?;
    Ok(errors.into_iter().flatten().collect())
}

async fn apply(
    row: &Planned,
    mut listing: Option<Listing>,
    mut record: Option<ProductRecord>,
    job: &Job,
    currency: Currency,
    state: &State,
) -> Result<Option<RowError>, StorageError> {
    for _ in 0..TRIES {
        match &listing {
            Some(listing) if row.stands(listing) => return Ok(None),
            Some(before) if row.version == Some(before.terms.version) => {
                let (mut after, now) = (before.clone(), state.clock.now());
                let changes = after.restate(row.amount, row.offered, &job.actor, now);
                if state.catalog.change(before, after, &changes, now).await?.is_some() {
                    return Ok(None);
                }
            }
            None if row.version.is_none() => {
                let Some(known) = &record else {
                    return Ok(Some(row.wrong("unknown_product", "there is no such product")));
                };
                let Some(product) = known.sold() else {
                    return Ok(Some(row.wrong("not_active", "this product is not sold at present")));
                };
                let now = state.clock.now();
                let terms = Terms {
                    version: 1,
                    offered: row.offered,
                    schedules: Schedules::default(),
                    settled_at: Some(now),
                    reduction: None,
                };
                let price = Money::new(row.amount, currency);
                let new = Listing { store_id: job.store_id.clone(), product, price, terms, withdrawn: false };
                let first = new.set_by(&job.actor, now);
                match state.catalog.add(&new, &[first], Some(state.products.unchanged(known))).await? {
                    Listed::Yes => return Ok(None),
                    Listed::Before => {}
                    Listed::Stale => record = state.products.get(&row.product).await?,
                }
            }
            _ => {
                let message = "somebody changed this listing since the file was checked";
                return Ok(Some(row.wrong("changed_meanwhile", message)));
            }
        }
        listing = state.catalog.get_now(&job.store_id, &row.product).await?;
    }
    Err(StorageError::Contended("the listing"))
}
