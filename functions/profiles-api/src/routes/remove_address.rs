use axum::extract::State;
use http::StatusCode;
use sipstr_domain::AddressId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Person, Problem};
use sipstr_storage::accounts::Accounts;

/// Removes one of one's own addresses. Orders that were placed keep it.
#[utoipa::path(
    delete, path = "/v1/me/addresses/{addressId}", tag = "Account", operation_id = "removeAddress",
    params(("addressId" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn remove_address(
    person: Person,
    State(accounts): State<Accounts>,
    PathOf(id): PathOf<AddressId>,
) -> ApiResult<StatusCode> {
    match accounts.remove_address(person.id(), &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}
