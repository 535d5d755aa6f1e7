//! How entries are shown, and whether as a file.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sipstr_domain::books::{JournalEntry, JournalKind, Posting};
use sipstr_domain::payment::Provider;
use sipstr_domain::{Currency, LedgerEntryId, OrderId, StoreId};
use sipstr_http::{ApiResult, Problem};

/// The longest time that one question may be about.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);

/// The most entries that one file or statement has: well within the time and the size that an answer may take.
pub const MOST: usize = 10_000;

/// How often a question that is answered whole asks for a slice; each looks at a thousand entries or a month at most.
pub const MOST_SLICES: usize = 40;

/// An entry of the books. Amounts are minor units of `currency`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionView {
    pub id: LedgerEntryId,
    pub kind: JournalKind,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The provider's id, the number of a transfer, or which of several it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
    pub currency: Currency,
    /// What moved, without its sign.
    pub amount: i64,
    /// Debits are positive, credits negative; they sum to zero.
    pub postings: Vec<Posting>,
}

impl From<JournalEntry> for TransactionView {
    fn from(entry: JournalEntry) -> Self {
        let fact = entry.fact().clone();
        Self {
            id: entry.id().clone(),
            kind: fact.kind,
            at: fact.at,
            order_id: fact.order_id,
            store_id: fact.store_id,
            provider: fact.provider,
            reference: fact.reference,
            currency: fact.currency,
            amount: entry.amount(),
            postings: entry.postings().to_vec(),
        }
    }
}

/// Whether a file is asked for.
pub fn wants_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv"))
}

/// A file that browsers keep and do not show.
pub fn csv(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::VARY, "accept, authorization".to_owned()),
    ];
    (headers, bytes).into_response()
}

pub fn too_many() -> Problem {
    Problem::unprocessable("too_many_entries", format!("more than {MOST} entries: ask for a shorter time"))
}

/// Refuses a time that ends before it begins, or that is too long.
pub fn checked(from: Timestamp, until: Timestamp) -> ApiResult<()> {
    if from >= until {
        return Err(Problem::invalid("to", "must be after from"));
    }
    if until.duration_since(from) > LONGEST {
        return Err(Problem::invalid("from", "must be at most 92 days before to"));
    }
    Ok(())
}
