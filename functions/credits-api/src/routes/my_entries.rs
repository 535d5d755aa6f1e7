use axum::Json;
use axum::extract::State;
use sipstr_domain::credit::CreditEntry;
use sipstr_http::{ApiResult, Customer, ListQuery, PageOf, QueryOf, Signer};
use sipstr_storage::credits::Credits;

/// Why the customer's credit is what it is, newest first. Who of support gave it is not told.
#[utoipa::path(
    get, path = "/v1/me/credit/entries", tag = "Credit", operation_id = "listMyCreditEntries",
    params(ListQuery),
    responses((status = 200, body = PageOf<CreditEntry>)),
    security(("bearer" = []))
)]
pub async fn my_entries(
    customer: Customer,
    State(credits): State<Credits>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<CreditEntry>>> {
    let list = format!("credit:{}", customer.id());
    let page = credits.entries(customer.id(), query.limit()?, query.from(&signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &signer, &list, |entry| CreditEntry { actor: None, ..entry })))
}
