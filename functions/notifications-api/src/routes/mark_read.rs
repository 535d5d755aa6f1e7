use axum::extract::State;
use http::StatusCode;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Person, Problem, Signer};
use sipstr_runtime::Clock;
use sipstr_storage::notifications::Notifications;

use crate::notice_id;

/// Marks one of one's own notices as read; it keeps the time of the first reading.
#[utoipa::path(
    post, path = "/v1/notifications/{notificationId}/read", tag = "Notifications", operation_id = "markNotificationRead",
    params(("notificationId" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn mark_read(
    person: Person,
    State(notifications): State<Notifications>,
    State(signer): State<Signer>,
    State(clock): State<Clock>,
    PathOf(id): PathOf<String>,
) -> ApiResult<StatusCode> {
    let place = notice_id::open(&signer, person.id(), &id).ok_or_else(Problem::not_found)?;
    match notifications.mark_read(person.id(), &place, clock.now()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}
