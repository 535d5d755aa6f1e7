use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sipstr_domain::books::{Account, JournalEntry, JournalKind};
use sipstr_domain::payment::Provider;
use sipstr_domain::{Money, OrderId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{Admin, ApiResult, Current, InPerson, PageOf, Problem, QueryOf};
use sipstr_sheets::{Cell, table};
use sipstr_storage::PageKey;
use sipstr_storage::books::{Books, Slice, Source, Span};

use crate::shown::{MOST, MOST_SLICES, TransactionView, checked, csv, too_many, wants_csv};

/// Which transactions; what is absent is not asked for.
#[derive(Debug, Clone, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichTransactions {
    pub kind: Option<JournalKind>,
    pub provider: Option<Provider>,
    pub store_id: Option<StoreId>,
    pub order_id: Option<OrderId>,
    /// From this instant on; seven days before `to` unless told.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Before this instant; now unless told. At most 92 days after `from`.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Minor units.
    #[param(minimum = 0)]
    pub min_amount: Option<i64>,
    /// Minor units.
    #[param(minimum = 0)]
    pub max_amount: Option<i64>,
    /// Items a page, 1 to 100; 20 unless told.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u8>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl WhichTransactions {
    fn span(&self, now: Timestamp) -> ApiResult<Span> {
        let until = self.to.unwrap_or(now);
        let from = self.from.map_or_else(|| until.checked_sub(SignedDuration::from_hours(7 * 24)), Ok);
        let from = from.map_err(|_| Problem::invalid("to", "is no time that the books know"))?;
        checked(from, until)?;
        Ok(Span::between(from, until))
    }

    fn source(&self) -> Source {
        match (&self.order_id, &self.store_id) {
            (Some(order), _) => Source::Order(order.clone()),
            (None, Some(store)) => Source::Store(store.clone()),
            (None, None) => Source::All,
        }
    }

    fn amounts(&self) -> ApiResult<(i64, i64)> {
        let (least, most) = (self.min_amount.unwrap_or(0), self.max_amount.unwrap_or(i64::MAX));
        if least < 0 || most < least {
            return Err(Problem::invalid("minAmount", "must be at least 0 and at most maxAmount"));
        }
        Ok((least, most))
    }

    /// The cursor of one question is refused by another.
    fn list(&self) -> String {
        let asked = Self { limit: None, cursor: None, ..self.clone() };
        format!("transactions:{}", sipstr_http::idempotency::fingerprint(&asked))
    }
}

/// The log of transactions, newest first: every sale, payment, refund, credit, payout and adjustment, with its postings.
///
/// A page may hold fewer than `limit`, or none, and still not be the last one: `nextCursor` says whether there is more. With
/// `Accept: text/csv` all of them come as one file, at most 10,000, and `limit` and `cursor` have no meaning. What happened this
/// second may be missing.
#[utoipa::path(
    get, path = "/v1/admin/transactions", tag = "Books", operation_id = "listTransactions",
    params(WhichTransactions),
    responses(
        (status = 200, content((PageOf<TransactionView> = "application/json"), (String = "text/csv"))),
        (status = 400, body = ProblemBody, description = "an unknown filter, or a range that is none"),
        (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "`too_many_entries` for one file"),
    ),
    security(("bearer" = []))
)]
pub async fn list_transactions(
    InPerson(Current(admin)): InPerson<Current<Admin>>,
    State(state): State<crate::State>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<WhichTransactions>,
) -> ApiResult<Response> {
    let limit = sipstr_http::page::limit(query.limit)?;
    let span = query.span(state.clock.now())?;
    let (least, most) = query.amounts()?;
    let wanted = |entry: &JournalEntry| {
        let fact = entry.fact();
        query.kind.is_none_or(|kind| kind == fact.kind)
            && query.provider.is_none_or(|provider| fact.provider == Some(provider))
            && query.store_id.as_ref().is_none_or(|store| fact.store_id.as_ref() == Some(store))
            && (least..=most).contains(&entry.amount())
    };
    let source = query.source();
    if wants_csv(&headers) {
        let entries = all(&state.books, &source, &span, &wanted).await?;
        tracing::info!(by = %admin.0.id(), count = entries.len(), "transactions were handed out");
        return Ok(file(&entries));
    }
    let list = query.list();
    let from = sipstr_http::page::from(query.cursor.as_deref(), &state.signer, &list)?;
    let span = match from.and_then(|mut key| key.remove(PLACE)) {
        Some(place) => span.after(place),
        None => span,
    };
    let slice = state.books.newest(&source, span, limit as usize, &wanted).await?;
    let next = slice.next.map(|place| PageKey::from([(PLACE.to_owned(), place)]));
    let page = sipstr_storage::Page { items: slice.entries, next };
    Ok(Json(PageOf::of(page, &state.signer, &list, TransactionView::from)).into_response())
}

const PLACE: &str = "place";

async fn all(
    books: &Books,
    source: &Source,
    span: &Span,
    wanted: &(dyn Fn(&JournalEntry) -> bool + Sync),
) -> ApiResult<Vec<JournalEntry>> {
    let mut entries = Vec::new();
    let mut rest = span.clone();
    for _ in 0..MOST_SLICES {
        let Slice { entries: some, next } = books.newest(source, rest, 1_000, wanted).await?;
        entries.extend(some);
        match next {
            _ if entries.len() > MOST => return Err(too_many()),
            Some(place) => rest = span.clone().after(place),
            None => return Ok(entries),
        }
    }
    Err(too_many())
}

/// A provider as the names of accounts have it.
fn name_of(provider: Provider) -> String {
    let account = Account::Clearing(provider).to_string();
    account.split_once(':').map_or_else(String::new, |(_, name)| name.to_owned())
}

fn file(entries: &[JournalEntry]) -> Response {
    let text = |text: Option<&str>| Cell::text(text.unwrap_or_default());
    let rows = entries.iter().map(|entry| {
        let fact = entry.fact();
        let provider = fact.provider.map(name_of);
        [
            Cell::text(entry.id().as_str()),
            Cell::text(&fact.at.to_string()),
            Cell::text(fact.kind.as_str()),
            text(fact.order_id.as_ref().map(OrderId::as_str)),
            text(fact.store_id.as_ref().map(StoreId::as_str)),
            text(provider.as_deref()),
            Cell::text(&fact.reference),
            Cell::text(fact.currency.code()),
            Cell::amount(Money::new(entry.amount(), fact.currency)),
        ]
    });
    let header = ["id", "at", "kind", "orderId", "storeId", "provider", "reference", "currency", "amount"];
    csv("transactions", table(header, rows))
}
