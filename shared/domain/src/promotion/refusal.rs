use super::PromoCode;

/// Why a promotion gives nothing; said in words that help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotApplicable {
    #[error("this code is not known")]
    Unknown,
    #[error("this code is not valid yet")]
    NotYet,
    #[error("this code has expired")]
    Expired,
    #[error("this code has been used up")]
    UsedUp,
    #[error("you have used this code before")]
    UsedByYou,
    #[error("this code is for another store")]
    OtherStore,
    #[error("this is for stores that sell in another currency")]
    OtherCurrency,
    #[error("the goods must be worth at least {minimum} minor units for this code")]
    BasketTooSmall { minimum: i64 },
    #[error("this is given at other times of the day or week")]
    OutsideWindow,
    #[error("this is for a first order")]
    NotFirstOrder,
    #[error("this is for a group that you are not in")]
    NotInGroup,
    #[error("this is for another way of paying")]
    OtherPayment,
    #[error("nothing in the cart is what this is for")]
    NothingMatches,
    #[error("what was set aside for this has been spent")]
    BudgetSpent,
    #[error("{} gives more, and this cannot be added to it", better.as_str())]
    Outdone { better: PromoCode },
    #[error("{detail}")]
    Unlawful { rule: String, detail: String },
}

impl NotApplicable {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotYet => "not_yet",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::UsedByYou => "used_by_you",
            Self::OtherStore => "other_store",
            Self::OtherCurrency => "other_currency",
            Self::BasketTooSmall { .. } => "basket_too_small",
            Self::OutsideWindow => "outside_window",
            Self::NotFirstOrder => "not_first_order",
            Self::NotInGroup => "not_in_group",
            Self::OtherPayment => "other_payment",
            Self::NothingMatches => "nothing_matches",
            Self::BudgetSpent => "budget_spent",
            Self::Outdone { .. } => "outdone",
            Self::Unlawful { .. } => "unlawful",
        }
    }
}
