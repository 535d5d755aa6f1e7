use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sipstr_domain::credit::{CreditEntry, CreditKind, GiftCard, GiftCode};
use sipstr_domain::{LedgerEntryId, Money};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, InPerson, Office, Problem};
use sipstr_pricing::gift_rule;
use sipstr_storage::credits::Given;

use super::give_credit::{checked, key_reused};
use crate::cards::hash_of;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewGiftCard {
    pub money: Money,
    /// Where it is sold: whose law says whether it expires.
    #[schema(example = "us-ca", max_length = 32)]
    pub place: String,
    #[schema(max_length = 200)]
    pub reason: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GiftCardMade {
    /// Shown this once: what is kept is a keyed hash.
    pub code: GiftCode,
    pub balance: Money,
    /// Absent where it never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// The law that says so; absent where none is known, and then it never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<&'static str>,
}

/// Makes a gift card. Its code is shown in this answer and never again: a repeated request makes no second card and is told
/// so.
#[utoipa::path(
    post, path = "/v1/gift-cards", tag = "Credit", operation_id = "issueGiftCard",
    params(("Idempotency-Key" = String, Header)),
    request_body = NewGiftCard,
    responses(
        (status = 201, body = GiftCardMade),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`made_before`: under this key, and the code was shown then"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn issue_card(
    InPerson(Current(office)): InPerson<Current<Office>>,
    State(state): State<crate::State>,
    key: IdempotencyKey,
    Body(request): Body<NewGiftCard>,
) -> ApiResult<(StatusCode, Json<GiftCardMade>)> {
    let note = checked(request.money, request.reason)?;
    let sound = (2..=32).contains(&request.place.len())
        && request.place.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if !sound {
        return Err(Problem::invalid("/place", "must be the key of a place, such as us-ca"));
    }
    let now = state.clock.now();
    let rule = gift_rule(&request.place, now.to_zoned(TimeZone::UTC).date());
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Problem::internal("no random bytes"))?;
    let code = GiftCode::of_bytes(bytes);
    let card = GiftCard {
        balance: request.money.amount,
        currency: request.money.currency,
        place: request.place,
        expires_at: rule.and_then(|rule| rule.expires(now)),
        issued_at: now,
    };
    let entry = CreditEntry {
        id: LedgerEntryId::derive(&["gift-card", office.0.id().as_str(), key.as_str()]),
        kind: CreditKind::CardIssued,
        money: request.money,
        order_id: None,
        actor: Some(office.0.id().clone()),
        note: Some(note),
        at: now,
    };
    match state.credits.issue_card(&state.books, &hash_of(&state.signer, &code), &card, &entry).await? {
        Given::Now => {}
        Given::Before => {
            return Err(Problem::conflict("made_before", "this card was made, and its code was shown then"));
        }
        Given::KeyReused => return Err(key_reused()),
    }
    tracing::info!(entry = %entry.id, by = %office.0.id(), "a gift card was made");
    let made = GiftCardMade {
        code,
        balance: request.money,
        expires_at: card.expires_at,
        citation: rule.map(|rule| rule.citation.as_str()),
    };
    Ok((StatusCode::CREATED, Json(made)))
}
