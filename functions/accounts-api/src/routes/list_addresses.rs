use axum::Json;
use axum::extract::State;
use sipstr_domain::account::Address;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Person};
use sipstr_storage::accounts::Accounts;

/// A person's own addresses: at most twenty, on one page.
#[utoipa::path(
    get, path = "/v1/me/addresses", tag = "Account", operation_id = "listAddresses",
    responses((status = 200, body = PageOf<Address>), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_addresses(person: Person, State(accounts): State<Accounts>) -> ApiResult<Json<PageOf<Address>>> {
    Ok(Json(PageOf { items: accounts.addresses(person.id()).await?, next_cursor: None }))
}
