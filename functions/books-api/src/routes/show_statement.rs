use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sipstr_domain::books::{JournalEntry, Statement, StatementFigures, StatementLine};
use sipstr_domain::store::Store;
use sipstr_domain::{Money, OrderId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, PathOf, Problem, QueryOf};
use sipstr_sheets::{Cell, table};
use sipstr_storage::books::{Books, Source, Span};

use crate::shown::{MOST, MOST_SLICES, checked, csv, too_many, wants_csv};
use crate::who::Bookkeeper;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichStatement {
    /// The first day, in the store's own time.
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// The last day, which belongs to it; at most 92 days in all.
    #[param(value_type = String, format = Date)]
    pub to: Date,
    /// Whether the lines are told, and not the totals alone.
    #[serde(default)]
    pub lines: bool,
}

/// What a store is owed for a time. Amounts are minor units: what the store gets is positive, what it gives is negative.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementView {
    pub store_id: StoreId,
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    pub time_zone: String,
    /// One for each currency.
    pub totals: Vec<TotalView>,
    /// Each entry that concerns the store, newest first, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<StatementLine>>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StatementTotal)]
pub struct TotalView {
    #[schema(example = "USD")]
    pub currency: &'static str,
    #[serde(flatten)]
    pub figures: StatementFigures,
}

/// What a store is owed for some days: its orders, less what was taken back, promotions that it pays for, commission and fees,
/// with adjustments. Drawn from the books, so that statement and ledger cannot differ.
///
/// For the store's owner and managers, and for administration. With `lines=true` each entry is told; with `Accept: text/csv` the
/// lines come as a file. At most 10,000 entries.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/statements", tag = "Books", operation_id = "showStatement",
    params(("storeId" = String, Path), WhichStatement),
    responses(
        (status = 200, content((StatementView = "application/json"), (String = "text/csv"))),
        (status = 400, body = ProblemBody, description = "a range that is none"),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 422, body = ProblemBody, description = "`too_many_entries`"),
    ),
    security(("bearer" = []))
)]
pub async fn show_statement(
    InPerson(Current(who)): InPerson<Current<Bookkeeper>>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<StoreId>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<WhichStatement>,
) -> ApiResult<Response> {
    who.may_see(&id)?;
    let store = state.stores.get(&id).await?.ok_or_else(Problem::not_found)?;
    let (from, until) = days(&store, query.from, query.to)?;
    let statement = statement(&state.books, &id, &Span::between(from, until)).await?;
    if wants_csv(&headers) {
        return Ok(file(&statement.lines));
    }
    let totals = statement.totals.into_iter().map(|(currency, figures)| TotalView { currency, figures });
    let view = StatementView {
        store_id: id,
        from: query.from,
        to: query.to,
        time_zone: store.time_zone,
        totals: totals.collect(),
        lines: query.lines.then_some(statement.lines),
    };
    Ok(Json(view).into_response())
}

/// The days as instants of the store's own zone.
fn days(store: &Store, first: Date, last: Date) -> ApiResult<(Timestamp, Timestamp)> {
    let zone = TimeZone::get(&store.time_zone).map_err(Problem::internal)?;
    let beginning = |day: Date| {
        let zoned =
            day.to_zoned(zone.clone()).map_err(|_| Problem::invalid("from", "is no day that the books know"))?;
        Ok::<_, Problem>(zoned.timestamp())
    };
    let after = last.tomorrow().map_err(|_| Problem::invalid("to", "is no day that the books know"))?;
    let (from, until) = (beginning(first)?, beginning(after)?);
    checked(from, until)?;
    Ok((from, until))
}

async fn statement(books: &Books, store: &StoreId, span: &Span) -> ApiResult<Statement> {
    let concerns = |entry: &JournalEntry| entry.postings().iter().any(|posting| posting.account.store().is_some());
    let source = Source::Store(store.clone());
    let mut statement = Statement::default();
    let mut rest = span.clone();
    for _ in 0..MOST_SLICES {
        let slice = books.newest(&source, rest, 1_000, &concerns).await?;
        slice.entries.iter().for_each(|entry| statement.note(store, entry));
        match slice.next {
            _ if statement.lines.len() > MOST => return Err(too_many()),
            Some(place) => rest = span.clone().after(place),
            None => return Ok(statement),
        }
    }
    Err(too_many())
}

fn file(lines: &[StatementLine]) -> Response {
    let rows = lines.iter().map(|line| {
        let amount = |amount: i64| Cell::amount(Money::new(amount, line.currency));
        let figures = line.figures;
        [
            Cell::text(line.entry_id.as_str()),
            Cell::text(&line.at.to_string()),
            Cell::text(line.kind.as_str()),
            Cell::text(line.order_id.as_ref().map_or("", OrderId::as_str)),
            Cell::text(&line.reference),
            Cell::text(line.currency.code()),
            amount(figures.orders),
            amount(figures.refunds),
            amount(figures.promotions),
            amount(figures.taxes),
            amount(figures.commission),
            amount(figures.fees),
            amount(figures.adjustments),
            amount(figures.net),
            amount(figures.payouts),
        ]
    });
    let header = [
        "entryId",
        "at",
        "kind",
        "orderId",
        "reference",
        "currency",
        "orders",
        "refunds",
        "promotions",
        "taxes",
        "commission",
        "fees",
        "adjustments",
        "net",
        "payouts",
    ];
    csv("statement", table(header, rows))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sipstr_testkit::store_somewhere;

    use super::*;

    #[test]
    fn the_days_are_the_stores_own() {
        let store = store_somewhere();
        let (from, until) = days(&store, date(2026, 11, 1), date(2026, 11, 1)).unwrap();
        assert_eq!(from.to_string(), "2026-11-01T07:00:00Z");
        assert_eq!(until.to_string(), "2026-11-02T08:00:00Z", "clocks go back that night");
        let wrong = [
            (date(2026, 11, 2), date(2026, 11, 1)),
            (date(2026, 1, 1), date(2026, 11, 1)),
            (date(2026, 11, 1), Date::MAX),
        ];
        for (first, last) in wrong {
            assert_eq!(days(&store, first, last).unwrap_err().status, 400, "{first} {last}");
        }
        assert!(days(&store, date(2026, 8, 1), date(2026, 10, 31)).is_ok(), "92 days");
    }
}
