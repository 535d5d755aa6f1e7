use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::Money;
use sipstr_http::{ApiResult, Customer};
use sipstr_storage::credits::Credits;

/// Store credit, a currency each.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credit {
    pub balances: Vec<Money>,
}

/// The customer's store credit. It does not expire.
#[utoipa::path(
    get, path = "/v1/me/credit", tag = "Credit", operation_id = "showMyCredit",
    responses((status = 200, body = Credit)),
    security(("bearer" = []))
)]
pub async fn my_credit(customer: Customer, State(credits): State<Credits>) -> ApiResult<Json<Credit>> {
    Ok(Json(Credit { balances: credits.of(customer.id()).await? }))
}
