//! The first step of an import: everything that can be known of the file before anything is written.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use futures::{StreamExt, TryStreamExt, stream};
use sipstr_domain::catalog::{Gtin, Slug};
use sipstr_domain::job::{Job, JobFault, JobState, MOST_BYTES, OnErrors, Progress};
use sipstr_domain::{ProductId, StoreId};
use sipstr_files::FileError;
use sipstr_runtime::HandlerError;
use sipstr_sheets::{Identity, Row, Sheet, duplicate, error, read, write_errors};
use sipstr_storage::StorageError;

use crate::plan::{Plan, Planned};
use crate::{State, end, told};

/// Calls of a hundred keys at a time.
const AT_ONCE: usize = 8;

/// Checks a file; gives the job back where rows are to be applied now.
pub async fn check(job: &Job, state: &State) -> Result<Option<Job>, HandlerError> {
    let order = job.order.as_ref().ok_or("an import without its order")?;
    let sheet = match sheet_of(job, state).await? {
        Ok(sheet) => sheet,
        Err(fault) => return end(job, job.failed(fault, state.clock.now()), state).await.map(|()| None),
    };
    let read = sheet.read;
    let (plan, unchanged) = compare(&job.store_id, sheet, state).await?;
    let changing = u32::try_from(plan.rows.len())?;
    let mut after = job.next(state.clock.now());
    after.progress = Progress { read, changing, applied: 0, unchanged, failed: read - changing - unchanged };
    after.note(&plan.errors);
    if !plan.errors.is_empty() {
        state.files.put(&job.errors_key(), "text/csv", write_errors(&plan.errors)).await?;
    }
    if order.dry_run || (plan.rows.is_empty() && (plan.errors.is_empty() || order.on_errors == OnErrors::Skip)) {
        after.state = JobState::Done;
    } else if order.on_errors == OnErrors::Stop && !plan.errors.is_empty() {
        let message = format!("{} rows are wrong, and nothing was applied", after.progress.failed);
        (after.state, after.fault) = (JobState::Failed, Some(JobFault::new("rows_refused", message)));
    } else {
        plan.save(&mut after, state).await?;
        after.state = JobState::Running;
    }
    if !state.jobs.advance(job, &after, &[]).await? {
        return Ok(None);
    }
    state.files.delete(&job.upload_key()).await?;
    if after.state.is_over() {
        told(&after);
        return Ok(None);
    }
    Ok(Some(after))
}

/// What the file says; the fault where it cannot be read.
async fn sheet_of(job: &Job, state: &State) -> Result<Result<Sheet, JobFault>, HandlerError> {
    let fault = |code: &str, message: &str| Ok(Err(JobFault::new(code, message)));
    let bytes = match state.files.get(&job.upload_key(), usize::try_from(MOST_BYTES)?).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return fault("file_missing", "the file is not there any more"),
        Err(FileError::TooLarge(_)) => return fault("too_large", "the file has more than 20 MB"),
        Err(error) => return Err(error.into()),
    };
    let told = job.order.as_ref().and_then(|order| order.checksum.as_deref());
    if told.is_some_and(|told| told != checksum(&bytes)) {
        return fault("checksum_differs", "the file that came is not the one whose checksum was told");
    }
    let store = state.stores.get(&job.store_id).await?.ok_or("the store of a job is not there")?;
    Ok(read(&bytes, store.currency))
}

fn checksum(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// The plan, and how many rows change nothing.
async fn compare(store: &StoreId, sheet: Sheet, state: &State) -> Result<(Plan, u32), HandlerError> {
    let mut errors = sheet.errors;
    let products = products_of(&sheet.rows, state).await?;
    let (mut rows, mut first) = (Vec::with_capacity(sheet.rows.len()), HashMap::new());
    for row in sheet.rows {
        let wrong = |code, message| error(row.number, row.identity.column(), code, message, row.identity.as_str());
        let Some(product) = products.get(&row.identity).cloned() else {
            errors.push(wrong("unknown_product", "there is no such product"));
            continue;
        };
        // Two slugs may lead to one product.
        let before = *first.entry(product.clone()).or_insert(row.number);
        if before == row.number {
            rows.push((row, product));
        } else {
            errors.push(duplicate(row.number, &row.identity, before));
        }
    }
    let ids: Vec<ProductId> = rows.iter().map(|(_, product)| product.clone()).collect();
    let listings = hundreds(&ids, |ids| async move { state.catalog.get_all_now(store, &ids).await }).await?;
    let listings: HashMap<ProductId, _> =
        listings.into_iter().map(|listing| (listing.product.id.clone(), listing)).collect();
    let new: Vec<ProductId> = ids.into_iter().filter(|id| !listings.contains_key(id)).collect();
    let records = hundreds(&new, |ids| async move { state.products.batch_get(&ids).await }).await?;
    let known: HashMap<ProductId, bool> =
        records.into_iter().map(|record| (record.id.clone(), record.sold().is_some())).collect();

    let (mut planned, mut unchanged) = (Vec::with_capacity(rows.len()), 0);
    for (row, product) in rows {
        let listing = listings.get(&product);
        let plan = Planned {
            row: row.number,
            amount: row.amount,
            offered: row.offered,
            version: listing.map(|listing| listing.terms.version),
            column: row.identity.column().to_owned(),
            value: row.identity.as_str().to_owned(),
            product,
        };
        match (listing, known.get(&plan.product)) {
            (Some(listing), _) if plan.stands(listing) => unchanged += 1,
            (Some(_), _) | (None, Some(true)) => planned.push(plan),
            (None, Some(false)) => errors.push(plan.wrong("not_active", "this product is not sold at present")),
            (None, None) => errors.push(plan.wrong("unknown_product", "there is no such product")),
        }
    }
    errors.sort_by_key(|error| error.row);
    Ok((Plan { rows: planned, errors }, unchanged))
}

/// Which product each row is about, as far as anybody knows it.
async fn products_of(rows: &[Row], state: &State) -> Result<HashMap<Identity, ProductId>, HandlerError> {
    let (mut slugs, mut gtins, mut found) = (HashSet::new(), HashSet::new(), HashMap::new());
    for row in rows {
        match &row.identity {
            // Whether there is such a product is seen where it is read.
            Identity::Id(id) => drop(found.insert(row.identity.clone(), id.clone())),
            Identity::Slug(slug) => drop(slugs.insert(slug.clone())),
            Identity::Gtin(gtin) => drop(gtins.insert(gtin.clone())),
        }
    }
    let slugs = hundreds(&listed(slugs), |part: Vec<Slug>| async move { state.products.of_slugs(&part).await }).await?;
    let gtins = hundreds(&listed(gtins), |part: Vec<Gtin>| async move { state.products.of_gtins(&part).await }).await?;
    found.extend(slugs.into_iter().map(|(slug, id)| (Identity::Slug(slug), id)));
    found.extend(gtins.into_iter().map(|(gtin, id)| (Identity::Gtin(gtin), id)));
    Ok(found)
}

fn listed<T: Eq + Hash>(set: HashSet<T>) -> Vec<T> {
    set.into_iter().collect()
}

/// Looks for things a hundred at a time, several calls at once.
async fn hundreds<T, U, Fut>(wanted: &[T], look: impl Fn(Vec<T>) -> Fut) -> Result<Vec<U::Item>, StorageError>
where
    T: Clone,
    U: IntoIterator,
    Fut: Future<Output = Result<U, StorageError>>,
{
    let parts: Vec<Vec<T>> = wanted.chunks(100).map(<[T]>::to_vec).collect();
    let found: Vec<U> = stream::iter(parts).map(look).buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}
