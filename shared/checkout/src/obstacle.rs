use serde::Serialize;
use sipstr_domain::compliance::Refused;
use sipstr_domain::promotion::NotApplicable;
use sipstr_domain::{Currency, Money, ProductId};

/// Something that stops an order until it is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// Stable, for programs.
    #[schema(example = "out_of_stock")]
    pub code: &'static str,
    pub detail: String,
    /// The line that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductId>,
    /// How many are left of that product, or how many of it the customer may still have today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// The rule of law or of the store that refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whether a law or rule refuses (422), or something in the world that may change (409).
    #[serde(skip)]
    pub by_rule: bool,
}

impl Obstacle {
    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), product_id: None, left: None, rule: None, by_rule: false }
    }

    pub fn out_of_stock(product: &ProductId, left: u32) -> Self {
        let detail = if left == 0 { "sold out".to_owned() } else { format!("only {left} left") };
        Self { product_id: Some(product.clone()), left: Some(left), ..Self::new("out_of_stock", detail) }
    }

    pub(crate) fn too_many(product: &ProductId, most: u32) -> Self {
        let detail = format!("the store sells at most {most} in one order");
        Self { product_id: Some(product.clone()), ..Self::new("too_many_per_order", detail) }
    }

    pub fn too_many_today(product: &ProductId, left: u32) -> Self {
        let detail = match left {
            0 => "the store sells you no more of it today".to_owned(),
            left => format!("the store sells you only {left} more today"),
        };
        Self { product_id: Some(product.clone()), left: Some(left), ..Self::new("too_many_today", detail) }
    }

    pub(crate) fn unavailable(product: &ProductId) -> Self {
        let obstacle = Self::new("product_unavailable", "this store does not sell this product");
        Self { product_id: Some(product.clone()), ..obstacle }
    }

    pub(crate) fn promotion(reason: &NotApplicable) -> Self {
        let obstacle = Self::new("promotion_not_applicable", reason.to_string());
        match reason {
            NotApplicable::Unlawful { rule, .. } => Self { rule: Some(rule.clone()), by_rule: true, ..obstacle },
            _ => obstacle,
        }
    }

    pub(crate) fn empty() -> Self {
        Self::new("cart_empty", "there is nothing in the cart")
    }

    pub(crate) fn below_minimum(minimum: i64, currency: Currency) -> Self {
        Self::new("below_minimum_basket", format!("the store delivers from {}", Money::new(minimum, currency)))
    }

    pub(crate) fn no_account() -> Self {
        Self::new("account_unknown", "the account is no longer there")
    }

    pub(crate) fn email_not_verified() -> Self {
        let detail = "enter the code that was mailed to you first";
        Self { by_rule: true, ..Self::new("email_not_verified", detail) }
    }

    pub(crate) fn no_address() -> Self {
        Self::new("address_missing", "choose an address of yours")
    }

    pub(crate) fn refused(refused: &Refused) -> Self {
        Self { rule: Some(refused.rule.clone()), by_rule: true, ..Self::new(refused.code, refused.detail.clone()) }
    }
}
