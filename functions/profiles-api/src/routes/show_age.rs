use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_assurance::{AgeVerifier, Outcome};
use sipstr_domain::age::{AgeAssurance, AgeState, state as state_of};
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Person, Problem};
use sipstr_storage::accounts::Account;
use sipstr_storage::ages::AgeCheckOpen;
use sipstr_storage::audit::SecurityEvent;

/// How sure we are of one's age.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Age {
    pub state: AgeState,
    /// When a verification ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// How sure we are of one's age. While a check is open, the verifier is asked what came of it.
#[utoipa::path(
    get, path = "/v1/me/age", tag = "Account", operation_id = "showAge",
    responses((status = 200, body = Age), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_age(person: Person, State(state): State<crate::State>) -> ApiResult<Json<Age>> {
    let now = state.clock.now();
    let account = state.accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let open = state.accounts.age_check(person.id(), now).await?;
    let (last, open) = match (&state.age_verifier, open) {
        (Some(verifier), Some(check)) => match settle(&state, verifier.as_ref(), &account, &check, now).await? {
            Some(came_of_it) => (Some(came_of_it), None),
            None => (account.age, Some(check)),
        },
        (_, open) => (account.age, open),
    };
    let until = last.and_then(|last| match last {
        AgeAssurance::Verified { until, .. } if now < until => Some(until),
        _ => None,
    });
    Ok(Json(Age { state: state_of(last, open.is_some(), now), until }))
}

/// What came of a check; `None` while nothing has, or the verifier is out of reach.
async fn settle(
    state: &crate::State,
    verifier: &dyn AgeVerifier,
    account: &Account,
    check: &AgeCheckOpen,
    now: Timestamp,
) -> ApiResult<Option<AgeAssurance>> {
    let born = match verifier.outcome(&check.reference).await {
        Ok(Outcome::Open) => return Ok(None),
        Ok(Outcome::Verified { born }) => Some(born),
        Ok(Outcome::Refused) => None,
        Err(error) => {
            tracing::warn!(cause = %error, "the verifier was asked in vain");
            return Ok(None);
        }
    };
    let assurance = AgeAssurance::of(account.date_of_birth, born, now);
    let kind = match assurance {
        AgeAssurance::Verified { .. } => SecurityEventKind::AgeVerified,
        AgeAssurance::Refused { .. } => SecurityEventKind::AgeRefused,
    };
    let event = state.audit.entry(&SecurityEvent::new(&account.id, kind, now))?;
    if !state.accounts.settle_age(account, check, assurance, event).await? {
        // Another request was faster, or the account was changed: the next look tells.
        return Ok(None);
    }
    // What the verifier saw is of no use any more; where it cannot be told now, it forgets by the rule of its account.
    if let Err(error) = verifier.redact(&check.reference).await {
        tracing::warn!(cause = %error, "the verifier was not told to forget");
    }
    Ok(Some(assurance))
}
