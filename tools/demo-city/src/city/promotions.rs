//! Four codes: two that work, one that has expired, one that is used up, so that every answer to a code can be seen.

use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Promotion {
    /// What the customer types.
    pub code: &'static str,
    pub description: &'static str,
    pub effect: PromotionEffect,
    pub minimum_basket_cents: u32,
    pub once_per_customer: bool,
    /// First instant of validity (RFC 3339).
    pub starts_at: &'static str,
    /// First instant after validity (RFC 3339).
    pub ends_at: &'static str,
    /// How often the code may be used in all.
    pub usage_limit: u32,
    pub used: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionEffect {
    /// Hundredths of a per cent off the items.
    ItemsOff { basis_points: u16 },
    /// Nothing to pay for the delivery.
    FreeDelivery,
}

const LONG_PAST: &str = "2024-01-01T00:00:00Z";
/// A limit that no demo reaches.
const PLENTY: u32 = 1_000_000;
const FAR_AWAY: &str = "2039-12-31T00:00:00Z";

pub(super) fn promotions() -> Vec<Promotion> {
    vec![
        Promotion {
            code: "WELCOME10",
            description: "10 % off your items, once, from 25 USD",
            effect: PromotionEffect::ItemsOff { basis_points: 1_000 },
            minimum_basket_cents: 2_500,
            once_per_customer: true,
            starts_at: LONG_PAST,
            ends_at: FAR_AWAY,
            usage_limit: PLENTY,
            used: 0,
        },
        Promotion {
            code: "FREEDELIVERY",
            description: "We bring it for free",
            effect: PromotionEffect::FreeDelivery,
            minimum_basket_cents: 0,
            once_per_customer: false,
            starts_at: LONG_PAST,
            ends_at: FAR_AWAY,
            usage_limit: PLENTY,
            used: 0,
        },
        Promotion {
            code: "SUMMER24",
            description: "15 % off in the summer of 2024: expired",
            effect: PromotionEffect::ItemsOff { basis_points: 1_500 },
            minimum_basket_cents: 2_000,
            once_per_customer: false,
            starts_at: "2024-06-01T07:00:00Z",
            ends_at: "2024-09-01T07:00:00Z",
            usage_limit: PLENTY,
            used: 0,
        },
        Promotion {
            code: "FIRST100",
            description: "20 % off for the first hundred orders: used up",
            effect: PromotionEffect::ItemsOff { basis_points: 2_000 },
            minimum_basket_cents: 0,
            once_per_customer: true,
            starts_at: LONG_PAST,
            ends_at: FAR_AWAY,
            usage_limit: 100,
            used: 100,
        },
    ]
}
