//! What the platform keeps of a store's goods.

use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::money::Rate;

/// Basis points of what the store's goods bring it: after what it took off itself, without taxes, deposits and fees.
///
/// An order keeps the rate that it was placed under. One that was placed before rates were kept has the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schema(value_type = u16, minimum = 0, maximum = 3_000, example = 1_500)]
pub struct Commission(u16);

impl Commission {
    /// No contract asks for more; a typing error should not take a store's income.
    pub const MOST: u16 = 3_000;

    pub const fn basis_points(self) -> u16 {
        self.0
    }

    pub fn of(self, base: i64) -> i64 {
        Rate(u32::from(self.0) * 100).of(base)
    }
}

impl Default for Commission {
    fn default() -> Self {
        Self(1_500)
    }
}

impl TryFrom<u16> for Commission {
    type Error = Invalid;

    fn try_from(basis_points: u16) -> Result<Self, Invalid> {
        if basis_points > Self::MOST {
            return Err(Invalid("must be 0 to 3000 basis points"));
        }
        Ok(Self(basis_points))
    }
}

impl From<Commission> for u16 {
    fn from(commission: Commission) -> Self {
        commission.0
    }
}
