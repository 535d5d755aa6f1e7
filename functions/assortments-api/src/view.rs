//! A listing as the store's staff see it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::{Category, Listing};
use sipstr_domain::store::Store;
use sipstr_domain::terms::{Amendment, PriceSchedule, Schedules, check_amount};
use sipstr_domain::{Money, ProductId};
use sipstr_http::{ApiResult, Problem};

/// What the store asks for a product, and whether it offers it: the whole of it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListingTerms {
    /// The regular price of one sold unit, in the store's currency.
    pub price: Money,
    /// What is not offered stands in no list and cannot be ordered.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub offered: bool,
    /// Prices for a while, of which no two may hold at once. One that is given anew with a beginning in the past begins now.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub schedules: Vec<PriceSchedule>,
}

fn yes() -> bool {
    true
}

impl ListingTerms {
    pub fn parsed(self, store: &Store, now: Timestamp) -> ApiResult<Amendment> {
        if self.price.currency != store.currency {
            let detail = format!("must be {}, in which this store sells", store.currency.code());
            return Err(Problem::invalid("/price/currency", detail));
        }
        check_amount(self.price.amount).map_err(|fault| Problem::invalid("/price/amount", fault.0))?;
        let schedules = Schedules::new(self.schedules, now)
            .map_err(|fault| Problem::invalid(format!("/schedules/{}", fault.place), fault.fault.0))?;
        Ok(Amendment { amount: self.price.amount, offered: self.offered, schedules })
    }
}

/// A product in the assortment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListingView {
    pub product_id: ProductId,
    pub name: String,
    pub maker: String,
    pub category: Category,
    pub volume_ml: u32,
    pub pack: u16,
    /// The regular price.
    pub price: Money,
    /// What is asked at this moment.
    pub asked: Money,
    /// The lowest price of the thirty days before the reduction that holds now; absent while none holds or none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_price30_days: Option<Money>,
    pub offered: bool,
    /// Those that are not over.
    pub schedules: Vec<PriceSchedule>,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
}

impl ListingView {
    pub fn of(listing: Listing, now: Timestamp) -> Self {
        let asked = listing.asked_at(now);
        let schedules = listing.terms.schedules.iter().filter(|schedule| schedule.until > now).cloned().collect();
        Self {
            product_id: listing.product.id,
            name: listing.product.name,
            maker: listing.product.maker,
            category: listing.product.category,
            volume_ml: listing.product.volume_ml,
            pack: listing.product.pack,
            price: listing.price,
            asked: asked.price,
            lowest_price30_days: asked.lowest_before,
            offered: listing.terms.offered,
            schedules,
            version: listing.terms.version,
        }
    }
}
