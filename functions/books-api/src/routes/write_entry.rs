use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::books::{ManualEntry, ManualKind};
use sipstr_domain::{Money, OrderId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{Admin, ApiResult, Body, Current, InPerson, PathOf, Problem};

use crate::shown::TransactionView;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewBookEntry {
    /// In the store's currency. Only an adjustment may be negative: then the store gives something back.
    pub money: Money,
    /// The order of goodwill, and of nothing else.
    pub order_id: Option<OrderId>,
}

/// Writes an entry that follows from no order: that a store was paid, what it is charged beside the commission, an adjustment,
/// or that a refund which nobody owed is the platform's loss.
///
/// The reference names it, such as the number of the transfer: the same one again changes nothing and answers with what is
/// written. An entry is never changed; a mistake is put right by another one. A reference is no place for a person's name.
#[utoipa::path(
    put, path = "/v1/admin/stores/{storeId}/entries/{kind}/{reference}", tag = "Books", operation_id = "writeBookEntry",
    params(
        ("storeId" = String, Path),
        ("kind" = inline(ManualKind), Path),
        ("reference" = String, Path, description = "1 to 60 letters, digits, dots, dashes and underscores"),
    ),
    request_body = NewBookEntry,
    responses(
        (status = 200, body = TransactionView, description = "it was written before"),
        (status = 201, body = TransactionView),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "no such store, or no such order of it"),
        (status = 409, body = ProblemBody, description = "`reference_used`: for another entry"),
    ),
    security(("bearer" = []))
)]
pub async fn write_entry(
    InPerson(Current(admin)): InPerson<Current<Admin>>,
    State(state): State<crate::State>,
    PathOf((store_id, kind, reference)): PathOf<(StoreId, ManualKind, String)>,
    Body(request): Body<NewBookEntry>,
) -> ApiResult<(StatusCode, Json<TransactionView>)> {
    let store = state.stores.get(&store_id).await?.ok_or_else(Problem::not_found)?;
    if request.money.currency != store.currency {
        return Err(Problem::invalid("/money/currency", format!("must be {}", store.currency.code())));
    }
    let (money, order_id, at) = (request.money, request.order_id, state.clock.now());
    let wanted = ManualEntry { kind, store_id, order_id, money, reference, at };
    if let Err(invalid) = wanted.sound() {
        let (field, detail) = invalid.0.split_once(": ").unwrap_or(("", invalid.0));
        return Err(Problem::invalid(format!("/{field}"), detail));
    }
    if let Some(id) = &wanted.order_id {
        let order = state.orders.get(id).await?.filter(|order| order.store_id == wanted.store_id);
        order.filter(|order| order.currency == money.currency).ok_or_else(Problem::not_found)?;
    }
    let entry = wanted.entry().map_err(Problem::internal)?;
    if state.books.append(&entry).await? {
        tracing::info!(entry = %entry.id(), kind = entry.fact().kind.as_str(), by = %admin.0.id(), "an entry was written");
        return Ok((StatusCode::CREATED, Json(entry.into())));
    }
    let there = state.books.of_fact(entry.fact()).await?.ok_or_else(|| Problem::internal("an entry vanished"))?;
    if there.postings() == entry.postings() && there.fact().currency == entry.fact().currency {
        return Ok((StatusCode::OK, Json(there.into())));
    }
    Err(Problem::conflict("reference_used", "another entry of this kind has this reference"))
}
