use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use sipstr_domain::account::Address;
use sipstr_domain::order::OrderLine;
use sipstr_domain::order::{Order, OrderState, TimelineEntry};
use sipstr_domain::payment::PaymentSummary;
use sipstr_domain::pricing::{FeeKind, PricedFee, TaxLine, TaxShare, TaxTerm, added};
use sipstr_domain::promotion::PromoCode;
use sipstr_domain::{Currency, DeliveryId, OrderId, StoreId};
use sipstr_pricing::{TaxedFee, TaxedLine, summed};

/// A line with its taxes, and how many of it were paid back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLineView {
    #[serde(flatten)]
    pub line: TaxedLine,
    pub refunded: u32,
}

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
    pub lines: Vec<OrderLineView>,
    pub fees: Vec<TaxedFee>,
    /// Each tax once, over all that bears it.
    pub taxes: Vec<TaxLine>,
    pub discount: i64,
    pub delivery_fee: i64,
    pub tip: i64,
    pub total: i64,
    /// What of it store credit paid.
    pub credit: i64,
    /// What of that went back.
    pub credit_back: i64,
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
        // The taxes of a day are those of the place; a few hours' difference of zones changes no name.
        let on = order.placed_at.to_zoned(TimeZone::UTC).date();
        Self {
            fees: fees(&order, on),
            taxes: summed(&all_shares(&order), &order.taxes, on),
            delivery_id: DeliveryId::of_order(&order.id),
            id: order.id,
            state: order.state,
            store_id: order.store_id,
            destination: None,
            currency: order.currency,
            lines: order.lines.into_iter().map(|line| OrderLineView::of(line, &order.taxes, on)).collect(),
            discount: order.discount,
            delivery_fee: order.delivery_fee,
            tip: order.tip,
            total: order.total,
            credit: order.credit,
            credit_back: order.credit_back,
            promo_code: order.promo_code,
            payment: order.payment,
            placed_at: order.placed_at,
            expires_at: order.expires_at,
            ready_by: order.ready_by,
            timeline: order.timeline,
        }
    }
}

impl OrderLineView {
    fn of(line: OrderLine, terms: &[TaxTerm], on: Date) -> Self {
        Self { line: TaxedLine::of(line.priced, terms, on), refunded: line.refunded }
    }
}

fn all_shares(order: &Order) -> Vec<TaxShare> {
    let of_lines = order.lines.iter().flat_map(|line| &line.priced.taxes).copied();
    of_lines.chain(order.fee_taxes.iter().map(|tax| tax.share)).collect()
}

/// The fees that were charged. What a promotion took off beside the goods, it took off the delivery.
fn fees(order: &Order, on: Date) -> Vec<TaxedFee> {
    let off_goods: i64 = order.lines.iter().map(|line| line.priced.discount).sum();
    let charged = [
        (FeeKind::Delivery, order.delivery_fee, order.discount - off_goods),
        (FeeKind::Service, order.service_fee, 0),
        (FeeKind::SmallOrder, order.small_order_fee, 0),
    ];
    let fee = |(kind, amount, discount): (FeeKind, i64, i64)| {
        let of_fee = order.fee_taxes.iter().filter(|tax| tax.fee == kind);
        let taxes: Vec<TaxShare> = of_fee.map(|tax| tax.share).collect();
        let tax = added(&taxes, &order.taxes);
        let priced = PricedFee { kind, amount, discount, tax, total: amount - discount + tax, taxes };
        TaxedFee::of(priced, &order.taxes, on)
    };
    charged.into_iter().filter(|(kind, amount, _)| *kind == FeeKind::Delivery || *amount != 0).map(fee).collect()
}
