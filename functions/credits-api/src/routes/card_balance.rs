use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::Money;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, InPerson, Person};

use crate::cards::{Code, tried};

/// What is on a gift card.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CardBalance {
    pub balance: Money,
    /// Absent where it never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// What is on a gift card, for whoever has its code. The code stands in the body, so that no log has it.
#[utoipa::path(
    post, path = "/v1/gift-cards/balance", tag = "Credit", operation_id = "showGiftCard",
    request_body = Code,
    responses(
        (status = 200, body = CardBalance),
        (status = 400, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "`gift_card_not_valid`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn card_balance(
    InPerson(person): InPerson<Person>,
    State(state): State<crate::State>,
    Body(request): Body<Code>,
) -> ApiResult<Json<CardBalance>> {
    let (_, card) = tried(&state, person.id(), &request.code).await?;
    Ok(Json(CardBalance { balance: Money::new(card.balance, card.currency), expires_at: card.expires_at }))
}
