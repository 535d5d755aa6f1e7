use axum::extract::State;
use http::StatusCode;
use sipstr_domain::AddressId;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Person, Problem};
use sipstr_storage::accounts::Accounts;

/// Makes one of one's own addresses the default. A repeated request answers the same.
#[utoipa::path(
    put, path = "/v1/me/addresses/{addressId}/default", tag = "Account", operation_id = "chooseAddress",
    params(("addressId" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn choose_address(
    person: Person,
    State(accounts): State<Accounts>,
    PathOf(id): PathOf<AddressId>,
) -> ApiResult<StatusCode> {
    match accounts.set_default_address(person.id(), &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}
