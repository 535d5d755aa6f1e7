//! What is to be done, as the check found it: written once, read by each run.

use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::Listing;
use sipstr_domain::job::{Job, RowError};
use sipstr_domain::{EventId, ProductId};
use sipstr_runtime::HandlerError;
use sipstr_sheets::error;

use crate::State;

/// More than fifty thousand rows and their errors take.
const MOST_BYTES: usize = 256 * 1024 * 1024;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The rows that change something, in the order of the file.
    pub rows: Vec<Planned>,
    /// What the check found wrong.
    pub errors: Vec<RowError>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    pub row: u32,
    pub product: ProductId,
    pub amount: i64,
    pub offered: bool,
    /// Of the listing that the row was compared with; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Where and how the file names the product.
    pub column: String,
    pub value: String,
}

impl Planned {
    /// Whether a listing is what the row says.
    pub fn stands(&self, listing: &Listing) -> bool {
        listing.price.amount == self.amount && listing.terms.offered == self.offered
    }

    /// A mistake of this row.
    pub fn wrong(&self, code: &str, message: &str) -> RowError {
        error(self.row, &self.column, code, message, &self.value)
    }
}

impl Plan {
    /// Writes the plan under a name of its own, which the job then tells: a check that was too late replaces no other plan.
    pub async fn save(&self, job: &mut Job, state: &State) -> Result<(), HandlerError> {
        job.plan = Some(EventId::new().suffix().to_owned());
        let key = job.plan_key().ok_or("a plan without a name")?;
        Ok(state.files.put(&key, "application/json", serde_json::to_vec(self)?).await?)
    }

    pub async fn load(job: &Job, state: &State) -> Result<Self, HandlerError> {
        let key = job.plan_key().ok_or("a job that runs without a plan")?;
        let file = state.files.get(&key, MOST_BYTES).await?.ok_or("the plan of a job is not there")?;
        Ok(serde_json::from_slice(&file)?)
    }
}
