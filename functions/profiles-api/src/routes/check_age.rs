use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::SignedDuration;
use serde::Serialize;
use sipstr_domain::age::{AgeState, state as state_of};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, IdempotencyKey, InPerson, Person, Problem};
use sipstr_runtime::take;
use sipstr_storage::ages::AgeCheckOpen;
use sipstr_storage::limits::Limit;

/// Each check costs money.
const CHECKS: Limit = Limit { of: "age-checks", burst: 3, per: SignedDuration::from_hours(24) };

/// Where a person shows the document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhereToShow {
    pub url: String,
}

/// Begins a check of one's age with somebody who looks at documents. Afterwards `GET /v1/me/age` tells what came of it.
///
/// The document never comes here; only whether it shows the day of birth that was told is kept.
#[utoipa::path(
    post, path = "/v1/me/age/checks", tag = "Account", operation_id = "checkAge",
    params(("Idempotency-Key" = String, Header)),
    responses(
        (status = 201, body = WhereToShow),
        (status = 400, body = ProblemBody, description = "`idempotency_key_missing`"),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`not_offered`, `verified_already`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
        (status = 503, body = ProblemBody, description = "`unavailable`: the verifier is out of reach"),
    ),
    security(("bearer" = []))
)]
pub async fn check_age(
    InPerson(person): InPerson<Person>,
    State(state): State<crate::State>,
    key: IdempotencyKey,
) -> ApiResult<(StatusCode, Json<WhereToShow>)> {
    let Some(verifier) = &state.age_verifier else {
        return Err(Problem::conflict("not_offered", "nobody looks at documents here; the ID is shown at the door"));
    };
    let now = state.clock.now();
    let account = state.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    if state_of(account.age, false, now) == AgeState::Verified {
        return Err(Problem::conflict("verified_already", "your age is verified"));
    }
    take(&state.limits, CHECKS, person.id().as_str(), now).await?;
    let key = format!("age/{}/{}", person.id(), key.as_str());
    let check = verifier.start(person.id(), &key, &state.return_to.0).await.map_err(|error| {
        tracing::warn!(cause = %error, "no check could be begun");
        Problem::unavailable()
    })?;
    let open = AgeCheckOpen { reference: check.reference, started_at: now };
    state.accounts.open_age_check(person.id(), &open).await?;
    Ok((StatusCode::CREATED, Json(WhereToShow { url: check.url })))
}
