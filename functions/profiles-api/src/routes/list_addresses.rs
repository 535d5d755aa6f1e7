use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_domain::account::Address;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PageOf, Person};
use sipstr_storage::accounts::Accounts;

/// An address in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedAddress {
    #[serde(flatten)]
    pub address: Address,
    pub is_default: bool,
}

/// A person's own addresses: at most twenty, on one page.
#[utoipa::path(
    get, path = "/v1/me/addresses", tag = "Account", operation_id = "listAddresses",
    responses((status = 200, body = PageOf<ListedAddress>), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_addresses(
    person: Person,
    State(accounts): State<Accounts>,
) -> ApiResult<Json<PageOf<ListedAddress>>> {
    let default = accounts.default_address(person.id()).await?;
    let listed = accounts.addresses(person.id()).await?.into_iter();
    let listed = listed.map(|address| ListedAddress { is_default: default.as_ref() == Some(&address.id), address });
    Ok(Json(PageOf { items: listed.collect(), next_cursor: None }))
}
