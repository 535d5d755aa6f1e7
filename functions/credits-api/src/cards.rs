//! A gift card by its code: looked up under a keyed hash, and each attempt counted before it is looked at.

use jiff::SignedDuration;
use serde::Deserialize;
use sipstr_domain::UserId;
use sipstr_domain::credit::{GiftCard, GiftCode};
use sipstr_http::{ApiResult, Problem, Signer};
use sipstr_runtime::take;
use sipstr_storage::limits::Limit;

/// The same bucket as a customer's discount codes: twenty, then one every 45 seconds.
const CODES: Limit = Limit { of: "promo-code", burst: 20, per: SignedDuration::from_mins(15) };

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Code {
    pub code: GiftCode,
}

/// The key under which a card is kept.
pub fn hash_of(signer: &Signer, code: &GiftCode) -> String {
    hex::encode(signer.derive("gift-card", code.plain()))
}

/// The card of a code that somebody tried; one that is empty or has expired is as unknown as one that never was.
pub async fn tried(state: &crate::State, who: &UserId, code: &GiftCode) -> ApiResult<(String, GiftCard)> {
    let now = state.clock.now();
    take(&state.limits, CODES, who.as_str(), now).await?;
    let hash = hash_of(&state.signer, code);
    let card = state.credits.card(&hash).await?.filter(|card| card.is_open(now));
    let unknown = || Problem::unprocessable("gift_card_not_valid", "this is not a gift card with money on it");
    card.map(|card| (hash, card)).ok_or_else(unknown)
}
