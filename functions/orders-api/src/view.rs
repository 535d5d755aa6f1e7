use serde::Serialize;
use sipstr_domain::account::Address;
use sipstr_domain::order::{Order, OrderState, TimelineEntry};
use sipstr_domain::payment::PaymentSummary;
use sipstr_domain::pricing::PricedLine;
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{Currency, DeliveryId, OrderId, StoreId};

/// An order as its customer, its store and support see it. Amounts are minor units of `currency`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    pub id: OrderId,
    pub state: OrderState,
    pub store_id: StoreId,
    /// Where it goes; a store does not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<Address>,
    pub currency: Currency,
    pub lines: Vec<PricedLine>,
    pub discount: i64,
    pub delivery_fee: i64,
    pub tip: i64,
    pub total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<PromoCode>,
    pub payment: PaymentSummary,
    #[schema(value_type = String, format = DateTime)]
    pub placed_at: jiff::Timestamp,
    /// Until then it has to be paid.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: jiff::Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ready_by: Option<jiff::Timestamp>,
    /// Its delivery, once it is confirmed.
    pub delivery_id: DeliveryId,
    pub timeline: Vec<TimelineEntry>,
}

impl OrderView {
    pub fn for_customer(order: Order) -> Self {
        let destination = Some(order.destination.clone());
        Self { destination, ..Self::for_store(order) }
    }

    pub fn for_store(order: Order) -> Self {
        Self {
            delivery_id: DeliveryId::of_order(&order.id),
            id: order.id,
            state: order.state,
            store_id: order.store_id,
            destination: None,
            currency: order.currency,
            lines: order.lines.into_iter().map(|line| line.priced).collect(),
            discount: order.discount,
            delivery_fee: order.delivery_fee,
            tip: order.tip,
            total: order.total,
            promo_code: order.promo_code,
            payment: order.payment,
            placed_at: order.placed_at,
            expires_at: order.expires_at,
            ready_by: order.ready_by,
            timeline: order.timeline,
        }
    }
}
