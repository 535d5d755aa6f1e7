use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::StoreId;
use sipstr_domain::promotion::{Benefit, Entry, PromoCode, Promotion, Rules, UNLIMITED};
use sipstr_http::{ApiResult, Problem, edit};

/// What may be changed of a promotion: the whole of it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PromotionTerms {
    #[schema(max_length = 80)]
    pub title: String,
    pub benefit: Benefit,
    #[serde(default)]
    pub rules: Rules,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Lanes follow each other from the lowest on; of a lane the promotion that gives most counts.
    #[serde(default)]
    pub lane: u8,
    /// With it no other promotion counts.
    #[serde(default)]
    pub exclusive: bool,
    /// Uses in all; none unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub limit: Option<u32>,
    /// Uses by one customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub per_customer: Option<u32>,
    /// What it may take off in all, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub budget: Option<i64>,
}

/// A promotion to be made.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPromotion {
    pub code: PromoCode,
    #[serde(default)]
    pub entry: Entry,
    /// Absent: in every store; for administration only.
    pub store_id: Option<StoreId>,
    pub terms: PromotionTerms,
}

/// A promotion with its counters.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromotionView {
    pub code: PromoCode,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub entry: Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
    pub terms: PromotionTerms,
    /// Orders that have it; counted where uses or money are limited.
    pub used: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_left: Option<i64>,
}

impl PromotionTerms {
    /// The promotion with these terms, as sound as a promotion must be.
    pub fn applied_to(self, promotion: Promotion) -> ApiResult<Promotion> {
        let promotion = Promotion {
            title: self.title,
            benefit: self.benefit,
            rules: self.rules,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            lane: self.lane,
            exclusive: self.exclusive,
            limit: self.limit.unwrap_or(UNLIMITED),
            per_customer: self.per_customer,
            budget: self.budget,
            ..promotion
        };
        promotion.sound().map_err(|invalid| Problem::invalid("/terms", invalid.to_string()))?;
        Ok(promotion)
    }

    fn of(promotion: &Promotion) -> Self {
        Self {
            title: promotion.title.clone(),
            benefit: promotion.benefit.clone(),
            rules: promotion.rules.clone(),
            starts_at: promotion.starts_at,
            ends_at: promotion.ends_at,
            lane: promotion.lane,
            exclusive: promotion.exclusive,
            limit: (promotion.limit != UNLIMITED).then_some(promotion.limit),
            per_customer: promotion.per_customer,
            budget: promotion.budget,
        }
    }
}

impl NewPromotion {
    pub fn promotion(self) -> ApiResult<Promotion> {
        let blank = Promotion {
            code: self.code,
            version: 1,
            title: String::new(),
            entry: self.entry,
            benefit: Benefit::FreeDelivery,
            rules: Rules::default(),
            store_id: self.store_id,
            starts_at: self.terms.starts_at,
            ends_at: self.terms.ends_at,
            lane: 0,
            exclusive: false,
            limit: UNLIMITED,
            used: 0,
            per_customer: None,
            budget: None,
            budget_left: self.terms.budget,
        };
        self.terms.applied_to(blank)
    }
}

impl From<Promotion> for PromotionView {
    fn from(promotion: Promotion) -> Self {
        Self {
            terms: PromotionTerms::of(&promotion),
            code: promotion.code,
            version: promotion.version,
            entry: promotion.entry,
            store_id: promotion.store_id,
            used: promotion.used,
            budget_left: promotion.budget_left,
        }
    }
}

/// Answers with the version as `ETag`.
pub fn answer(status: StatusCode, promotion: Promotion) -> Response {
    edit::answer(status, promotion.version, PromotionView::from(promotion))
}
