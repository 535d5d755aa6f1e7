use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::credit::CreditEntry;
use sipstr_domain::{Money, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, InPerson, Office, PathOf, Problem};

/// Somebody's store credit with its newest entries.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditOfCustomer {
    pub balances: Vec<Money>,
    /// The newest hundred.
    pub entries: Vec<CreditEntry>,
}

/// Somebody's store credit, for support and administration.
#[utoipa::path(
    get, path = "/v1/accounts/{userId}/credit", tag = "Credit", operation_id = "showCredit",
    params(("userId" = String, Path)),
    responses((status = 200, body = CreditOfCustomer), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_credit(
    _: InPerson<Current<Office>>,
    State(state): State<crate::State>,
    PathOf(customer): PathOf<UserId>,
) -> ApiResult<Json<CreditOfCustomer>> {
    state.accounts.get(&customer).await?.ok_or_else(Problem::not_found)?;
    let entries = state.credits.entries(&customer, 100, None).await?.items;
    Ok(Json(CreditOfCustomer { balances: state.credits.of(&customer).await?, entries }))
}
