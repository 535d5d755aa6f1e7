use serde::{Deserialize, Serialize};

use crate::ProductId;
use crate::account::Invalid;
use crate::money::Rate;

/// What a promotion gives. “Items” are the goods that its rules name, or all; the order is all goods. Deposits, taxes, other
/// fees and tips are never reduced. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum Benefit {
    PercentOffItems {
        rate: Rate,
    },
    /// At most their value.
    AmountOffItems {
        amount: i64,
    },
    PercentOffOrder {
        rate: Rate,
    },
    AmountOffOrder {
        amount: i64,
    },
    /// Each item for this, where it costs more.
    FixedPrice {
        price: i64,
    },
    /// Of each `buy + get` items the cheapest `get` cost nothing.
    BuyGet {
        buy: u32,
        get: u32,
    },
    /// One of this product costs nothing, once it is in the cart.
    #[serde(rename_all = "camelCase")]
    Gift {
        product_id: ProductId,
    },
    PercentOffDelivery {
        rate: Rate,
    },
    FreeDelivery,
}

impl Benefit {
    /// Whether it makes goods cheaper; what is taken off the delivery does not.
    pub const fn is_off_goods(&self) -> bool {
        !matches!(self, Self::PercentOffDelivery { .. } | Self::FreeDelivery)
    }

    /// Whether it speaks of an amount of money.
    pub const fn is_of_amount(&self) -> bool {
        matches!(self, Self::AmountOffItems { .. } | Self::AmountOffOrder { .. } | Self::FixedPrice { .. })
    }

    /// Whether it is given for buying more.
    pub const fn is_by_quantity(&self) -> bool {
        matches!(self, Self::BuyGet { .. })
    }

    pub fn sound(&self) -> Result<(), Invalid> {
        let sound = match self {
            Self::PercentOffItems { rate } | Self::PercentOffOrder { rate } | Self::PercentOffDelivery { rate } => {
                (1..=1_000_000).contains(&rate.0)
            }
            Self::AmountOffItems { amount } | Self::AmountOffOrder { amount } => *amount > 0,
            Self::FixedPrice { price } => *price >= 0,
            Self::BuyGet { buy, get } => (1..=99).contains(buy) && (1..=99).contains(get),
            Self::Gift { .. } | Self::FreeDelivery => true,
        };
        if sound { Ok(()) } else { Err(Invalid("benefit: must take off more than nothing, and at most all")) }
    }
}
