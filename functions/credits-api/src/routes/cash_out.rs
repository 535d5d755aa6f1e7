use axum::Json;
use axum::extract::State;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sipstr_domain::credit::{CreditEntry, CreditKind, GiftCode};
use sipstr_domain::{LedgerEntryId, Money};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, Office, Problem};
use sipstr_pricing::gift_rule;
use sipstr_storage::credits::Emptied;

use super::give_credit::reason_of;
use crate::cards::tried;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CashOut {
    pub code: GiftCode,
    /// How it was paid out.
    #[schema(max_length = 200)]
    pub reason: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CashedOut {
    /// What the customer gets in cash.
    pub paid_out: Money,
    /// The law that gives it to her.
    pub citation: &'static str,
}

/// Notes that the small rest of a gift card is paid out, where the law of its place gives the customer a right to it. The
/// money itself goes by hand.
#[utoipa::path(
    post, path = "/v1/gift-cards/cash-out", tag = "Credit", operation_id = "cashOutGiftCard",
    request_body = CashOut,
    responses(
        (status = 200, body = CashedOut),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody, description = "`gift_card_not_valid`, `no_cash_out`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn cash_out(
    InPerson(Current(office)): InPerson<Current<Office>>,
    State(state): State<crate::State>,
    Body(request): Body<CashOut>,
) -> ApiResult<Json<CashedOut>> {
    let note = reason_of(request.reason)?;
    let (hash, card) = tried(&state, office.0.id(), &request.code).await?;
    let (rest, now) = (Money::new(card.balance, card.currency), state.clock.now());
    let rule = gift_rule(&card.place, now.to_zoned(TimeZone::UTC).date()).filter(|rule| rule.pays_out(rest));
    let none = || Problem::unprocessable("no_cash_out", "so much is not paid out where this card was sold");
    let rule = rule.ok_or_else(none)?;
    let entry = CreditEntry {
        id: LedgerEntryId::derive(&[&hash, "cashed-out"]),
        kind: CreditKind::CashedOut,
        money: rest,
        order_id: None,
        actor: Some(office.0.id().clone()),
        note: Some(note),
        at: now,
    };
    match state.credits.cash_out(&state.books, &hash, &card, &entry).await? {
        Emptied::Done => Ok(Json(CashedOut { paid_out: rest, citation: &rule.citation })),
        Emptied::Moved => Err(Problem::unprocessable("gift_card_not_valid", "somebody else has used this gift card")),
    }
}
