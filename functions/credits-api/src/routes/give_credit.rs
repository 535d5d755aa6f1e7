use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::credit::{CreditEntry, CreditKind, MOST_AT_ONCE};
use sipstr_domain::{LedgerEntryId, Money, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, InPerson, Office, PathOf, Problem};

use sipstr_storage::credits::Given;

use super::my_credit::Credit;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreditToGive {
    pub money: Money,
    /// Kept with the entry, and shown to the customer.
    #[schema(max_length = 200)]
    pub reason: String,
}

/// An amount that may be given at once, and why.
pub fn checked(money: Money, reason: String) -> ApiResult<String> {
    if !(1..=MOST_AT_ONCE).contains(&money.amount) {
        return Err(Problem::invalid("/money/amount", format!("must be 1 to {MOST_AT_ONCE}")));
    }
    reason_of(reason)
}

pub fn reason_of(reason: String) -> ApiResult<String> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control) {
        return Err(Problem::invalid("/reason", "must be 1 to 200 characters without control characters"));
    }
    Ok(reason.to_owned())
}

pub fn key_reused() -> Problem {
    Problem::unprocessable("idempotency_key_reused", "this key was used for another amount, or another reason")
}

/// Gives a customer store credit, such as for a late delivery. The same `Idempotency-Key` gives once.
#[utoipa::path(
    post, path = "/v1/accounts/{userId}/credit", tag = "Credit", operation_id = "giveCredit",
    params(("userId" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = CreditToGive,
    responses(
        (status = 201, body = Credit),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn give_credit(
    InPerson(Current(office)): InPerson<Current<Office>>,
    State(state): State<crate::State>,
    PathOf(customer): PathOf<UserId>,
    key: IdempotencyKey,
    Body(request): Body<CreditToGive>,
) -> ApiResult<(StatusCode, Json<Credit>)> {
    let note = checked(request.money, request.reason)?;
    if customer == *office.0.id() {
        return Err(Problem::forbidden());
    }
    state.accounts.get(&customer).await?.ok_or_else(Problem::not_found)?;
    let entry = CreditEntry {
        id: LedgerEntryId::derive(&["credit", office.0.id().as_str(), customer.as_str(), key.as_str()]),
        kind: CreditKind::Issued,
        money: request.money,
        order_id: None,
        actor: Some(office.0.id().clone()),
        note: Some(note),
        at: state.clock.now(),
    };
    let given = state.credits.issue(&state.books, &customer, &entry).await?;
    if given == Given::KeyReused {
        return Err(key_reused());
    }
    tracing::info!(entry = %entry.id, by = %office.0.id(), ?given, "credit was given");
    Ok((StatusCode::CREATED, Json(Credit { balances: state.credits.of(&customer).await? })))
}
