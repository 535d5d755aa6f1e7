//! Promotions: what they give, on what, to whom, until when and how often.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::catalog::Category;
use crate::money::Currency;
use crate::payment::Provider;
use crate::store::{OpeningHours, Store};
use crate::{ProductId, StoreId};

mod benefit;
mod code;
mod refusal;

pub use benefit::Benefit;
pub use code::{Ask, GroupName, PromoCode, UniqueCode};
pub use refusal::NotApplicable;

/// No limit at all: such a promotion has no counter, so that orders do not wait for each other at it.
pub const UNLIMITED: u32 = u32::MAX;

/// How a customer comes by a promotion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum Entry {
    /// Whoever types its code.
    #[default]
    Code,
    /// Whoever fulfils its rules; the code is only its name.
    Automatic,
    /// Whoever has one of its so many codes, each good for one order.
    #[serde(rename_all = "camelCase")]
    Campaign { codes: u32 },
}

/// A promotion under its code. `used` and `budget_left` are counted by the transactions that place and end orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Promotion {
    pub code: PromoCode,
    #[serde(default)]
    pub version: u64,
    pub title: String,
    #[serde(default)]
    pub entry: Entry,
    pub benefit: Benefit,
    #[serde(default)]
    pub rules: Rules,
    /// Only there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Lanes follow each other from the lowest on, each on what the ones before left; of a lane the best one counts.
    #[serde(default)]
    pub lane: u8,
    /// Whether it stands alone: with it no other promotion counts.
    #[serde(default)]
    pub exclusive: bool,
    /// Uses in all; [`UNLIMITED`] is no limit.
    pub limit: u32,
    #[serde(default)]
    pub used: u32,
    /// Uses by one customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_customer: Option<u32>,
    /// What it may take off in all, in minor units of its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_left: Option<i64>,
}

/// What must be so. An empty list asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rules {
    /// The goods that it is for, by product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub products: Vec<ProductId>,
    /// The goods that it is for, by category.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Customers who are in one of these groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, max_items = 10)]
    pub groups: Vec<GroupName>,
    /// Customers who have not bought anything yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first_order: bool,
    /// Goods worth at least this, in minor units.
    #[schema(minimum = 0)]
    pub minimum_basket: i64,
    /// Stores that sell in it; whoever speaks of amounts for more than one store must say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// In the store's local time, such as a happy hour.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 21)]
    pub windows: Vec<OpeningHours>,
    /// Orders that are paid in one of these ways.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<Provider>,
}

/// What an order used of a promotion, kept with it so that it can be given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PromotionUse {
    pub code: PromoCode,
    /// What it took off, in minor units.
    pub off: i64,
    /// The code that is good for one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<PromoCode>,
    /// Whether uses in all are counted: where there is a limit or a budget.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
    /// Whether its budget pays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub budgeted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_customer: Option<u32>,
    /// Whether the store pays for it, and not the platform.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub store_pays: bool,
}

/// What is known of an order before it is one.
#[derive(Debug, Clone)]
pub struct Occasion<'a> {
    pub store: &'a Store,
    pub now: Timestamp,
    /// The store's local time; `None` where its zone is not known, and then no window is open.
    pub local: Option<&'a jiff::Zoned>,
    pub goods: i64,
    pub first_order: bool,
    pub provider: Provider,
}

/// What is known of a customer and one promotion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Orders of hers that used it.
    pub used: u32,
    /// Whether the code that she has was used.
    pub code_used: bool,
    pub in_group: bool,
}

impl Promotion {
    /// Uses by one customer; a promotion for first orders is used once.
    pub fn per_customer(&self) -> Option<u32> {
        if self.rules.first_order { Some(self.per_customer.unwrap_or(1).min(1)) } else { self.per_customer }
    }

    /// Whether it may be used at all; what it gives is another question.
    pub fn check(&self, occasion: &Occasion<'_>, standing: &Standing) -> Result<(), NotApplicable> {
        if occasion.now < self.starts_at {
            return Err(NotApplicable::NotYet);
        }
        if occasion.now >= self.ends_at {
            return Err(NotApplicable::Expired);
        }
        if self.used >= self.limit || standing.code_used {
            return Err(NotApplicable::UsedUp);
        }
        if self.per_customer().is_some_and(|most| standing.used >= most) {
            return Err(NotApplicable::UsedByYou);
        }
        if self.store_id.as_ref().is_some_and(|only| *only != occasion.store.id) {
            return Err(NotApplicable::OtherStore);
        }
        if self.rules.currency.is_some_and(|only| only != occasion.store.currency) {
            return Err(NotApplicable::OtherCurrency);
        }
        self.rules.check(occasion, standing)
    }

    pub fn is_for(&self, product: &ProductId, category: Category) -> bool {
        let Rules { products, categories, .. } = &self.rules;
        (products.is_empty() && categories.is_empty()) || products.contains(product) || categories.contains(&category)
    }

    /// What an order that has this taken off would use.
    pub fn used_for(&self, off: i64, unique: Option<PromoCode>) -> PromotionUse {
        PromotionUse {
            code: self.code.clone(),
            off,
            unique,
            counted: self.limit != UNLIMITED || self.budget.is_some(),
            budgeted: self.budget.is_some(),
            per_customer: self.per_customer(),
            store_pays: self.store_id.is_some(),
        }
    }

    /// What no promotion may be, whoever makes it.
    pub fn sound(&self) -> Result<(), Invalid> {
        if self.title.trim().is_empty() || self.title.chars().count() > 80 || self.title.chars().any(char::is_control) {
            return Err(Invalid("title: must be 1 to 80 characters without control characters"));
        }
        if self.ends_at <= self.starts_at {
            return Err(Invalid("endsAt: must be after startsAt"));
        }
        if self.limit == 0 || self.per_customer == Some(0) || self.budget.is_some_and(|budget| budget <= 0) {
            return Err(Invalid("limit, perCustomer, budget: must be more than nothing"));
        }
        if matches!(self.entry, Entry::Campaign { codes } if codes == 0 || codes > UniqueCode::MOST) {
            return Err(Invalid("entry: a campaign has 1 to 1,000,000 codes"));
        }
        let amounts = self.budget.is_some() || self.rules.minimum_basket > 0 || self.benefit.is_of_amount();
        if amounts && self.store_id.is_none() && self.rules.currency.is_none() {
            return Err(Invalid("rules: amounts for every store need a currency"));
        }
        let long = self.rules.products.len() > 100 || self.rules.windows.len() > 21 || self.rules.groups.len() > 10;
        if long || self.rules.minimum_basket < 0 || self.code.as_str().len() > PromoCode::MOST_OF_NAME {
            return Err(Invalid("rules, code: too many, too long, or less than nothing"));
        }
        self.benefit.sound()
    }
}

impl Rules {
    fn check(&self, occasion: &Occasion<'_>, standing: &Standing) -> Result<(), NotApplicable> {
        if !self.windows.is_empty() && !occasion.local.is_some_and(|local| self.windows.iter().any(|w| w.cover(local)))
        {
            return Err(NotApplicable::OutsideWindow);
        }
        if self.first_order && !occasion.first_order {
            return Err(NotApplicable::NotFirstOrder);
        }
        if !self.groups.is_empty() && !standing.in_group {
            return Err(NotApplicable::NotInGroup);
        }
        if !self.providers.is_empty() && !self.providers.contains(&occasion.provider) {
            return Err(NotApplicable::OtherPayment);
        }
        if occasion.goods < self.minimum_basket {
            return Err(NotApplicable::BasketTooSmall { minimum: self.minimum_basket });
        }
        Ok(())
    }
}
