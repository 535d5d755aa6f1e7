//! A store's assortment as a file. Doing it again writes the same file anew.

use sipstr_domain::job::{Job, JobState};
use sipstr_runtime::HandlerError;
use sipstr_sheets::Line;

use crate::{State, end};

/// Products a page: listings are small, and a page holds a megabyte.
const PAGE: i32 = 500;

pub async fn write(job: &Job, state: &State) -> Result<(), HandlerError> {
    let (mut lines, mut from) = (Vec::new(), None);
    loop {
        let page = state.catalog.all(&job.store_id, PAGE, from).await?;
        lines.extend(page.items.into_iter().map(|listing| Line {
            product: listing.product.id,
            name: listing.product.name,
            price: listing.price,
            offered: listing.terms.offered,
        }));
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    state.files.put(&job.export_key(), "text/csv", sipstr_sheets::write(&lines)).await?;
    let mut after = job.next(state.clock.now());
    after.progress.read = u32::try_from(lines.len())?;
    after.state = JobState::Done;
    end(job, after, state).await
}
