use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::order::Order;
use sipstr_domain::payment::{EntryKind, PaymentEntry, PaymentStatus, Provider};
use sipstr_domain::{Currency, OrderId};
use sipstr_payments::Payment;

/// The money side of an order. Amounts are minor units of `currency`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    pub order_id: OrderId,
    pub status: PaymentStatus,
    pub currency: Currency,
    pub total: i64,
    pub captured: i64,
    pub refunded: i64,
    /// What is still to go back to the customer.
    pub refund_due: i64,
    /// For its customer, as long as the order waits to be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_make: Option<ToMake>,
    /// What providers reported, oldest first.
    pub entries: Vec<EntryView>,
}

/// What the app needs to let the customer pay with the provider's own fields.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OpenPayment)]
pub struct ToMake {
    pub provider: Provider,
    pub reference: String,
    pub client_secret: String,
}

/// One movement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaymentMovement)]
pub struct EntryView {
    pub kind: EntryKind,
    pub amount: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl PaymentView {
    pub fn new(order: Order, entries: Vec<PaymentEntry>, open: Option<Payment>) -> Self {
        Self {
            order_id: order.id,
            status: order.payment.status,
            currency: order.currency,
            total: order.total,
            captured: order.payment.captured,
            refunded: order.payment.refunded,
            refund_due: order.payment.refund_due,
            to_make: open.map(|payment| ToMake {
                provider: payment.provider,
                reference: payment.reference,
                client_secret: payment.client_secret.expose().to_owned(),
            }),
            entries: entries
                .into_iter()
                .map(|entry| EntryView { kind: entry.kind, amount: entry.money.amount, at: entry.at })
                .collect(),
        }
    }
}
