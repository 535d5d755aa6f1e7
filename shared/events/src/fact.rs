use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::ProductState;
use sipstr_domain::order::OrderState;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::stock::lot::LotNumber;
use sipstr_domain::{
    CourierId, Currency, DeliveryId, EventId, ExportId, InvitationId, JobId, LotId, MessageId, Money, OrderId,
    ProductId, StoreId, SubscriptionId, UserId, delivery::DoorRefusal,
};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

/// The envelope that every event travels in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The same fact always has the same id, however often it is published.
    pub id: EventId,
    pub version: u8,
    #[schema(value_type = String, format = DateTime)]
    pub time: Timestamp,
    /// Id of what the fact is about.
    pub subject: String,
    #[serde(default)]
    pub correlation_id: String,
    #[serde(flatten)]
    #[schema(ignore)]
    pub fact: Fact,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountFact {
    pub user_id: UserId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecurityFact {
    pub user_id: UserId,
    pub kind: SecurityEventKind,
    /// Such as `Chrome on Linux`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportFact {
    pub user_id: UserId,
    pub export_id: ExportId,
}

/// Whom it invites is personal and stays in the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationFact {
    pub invitation_id: InvitationId,
    pub store_id: StoreId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderFact {
    pub order_id: OrderId,
    pub customer_id: UserId,
    pub store_id: StoreId,
    pub state: OrderState,
    /// Minor units of `currency`.
    pub total: i64,
    pub currency: Currency,
    /// What must go back to the customer, in minor units.
    pub refund_due: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentFact {
    pub order_id: OrderId,
    pub reference: String,
    pub money: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryFact {
    pub delivery_id: DeliveryId,
    pub order_id: OrderId,
    pub store_id: StoreId,
    pub customer_id: UserId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_id: Option<CourierId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<DoorRefusal>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockFact {
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub available: i64,
    pub threshold: u32,
}

/// What is left of a lot ends soon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotFact {
    pub store_id: StoreId,
    pub product_id: ProductId,
    pub lot_id: LotId,
    pub number: LotNumber,
    /// The last day on which it is good.
    #[schema(value_type = String, format = Date)]
    pub best_before: Date,
    pub remaining: u32,
}

/// Buyers of a product are in each other's way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeatFact {
    pub store_id: StoreId,
    pub product_id: ProductId,
    /// How many buckets it had when they were.
    pub buckets: u16,
    /// Within a minute.
    pub conflicts: u32,
}

/// Somebody waited for a product, and it is there again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchFact {
    pub user_id: UserId,
    pub store_id: StoreId,
    pub product_id: ProductId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductFact {
    pub product_id: ProductId,
    /// Of the catalogue's record.
    pub version: u64,
    pub state: ProductState,
}

/// What is in it is the customer's business and stays in the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartFact {
    pub customer_id: UserId,
    pub store_id: StoreId,
    /// Of the cart: what is another one by now was not abandoned.
    pub cart_version: u64,
}

/// What it says stays in the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageFact {
    pub subscription_id: SubscriptionId,
    pub message_id: MessageId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobFact {
    pub job_id: JobId,
    pub store_id: StoreId,
    /// Of the runs that were asked for: where the job has a later one, nothing is to be done.
    pub turn: u32,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $name:literal;)+) => {
        /// What happened. The names here are the only place where event types are written in code.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "data")]
        pub enum Fact {
            $($(#[$doc])* #[serde(rename = $name)] $variant($data),)+
        }

        impl Fact {
            /// Every event type there is.
            pub const TYPES: &'static [&'static str] = &[$($name),+];

            pub const fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)+
                }
            }

            /// What the data of every event type looks like.
            pub fn data_schemas() -> Vec<DataSchema> {
                vec![$(DataSchema::of::<$data>($name)),+]
            }
        }
    };
}

facts! {
    AccountVerificationRequested(AccountFact) = "account.verification_requested";
    AccountVerified(AccountFact) = "account.verified";
    AccountPasswordResetRequested(AccountFact) = "account.password_reset_requested";
    AccountEmailChangeRequested(AccountFact) = "account.email_change_requested";
    /// Something that happened to how a person signs in, or to what their account may do.
    AccountSecurityEvent(SecurityFact) = "account.security_event";
    /// A person wants a copy of what is known of them.
    AccountExportRequested(ExportFact) = "account.export_requested";
    AccountExportReady(ExportFact) = "account.export_ready";
    /// A person is forgotten: whoever keeps something of theirs lets go of it.
    AccountErased(AccountFact) = "account.erased";
    /// Somebody, who may have no account yet, is invited into a store's staff.
    StoreInvitationMade(InvitationFact) = "store.invitation_made";
    /// Nobody touched a full cart for a while.
    CartAbandoned(CartFact) = "cart.abandoned";
    OrderPlaced(OrderFact) = "order.placed";
    OrderConfirmed(OrderFact) = "order.confirmed";
    OrderPreparing(OrderFact) = "order.preparing";
    OrderReady(OrderFact) = "order.ready";
    OrderOutForDelivery(OrderFact) = "order.out_for_delivery";
    OrderDelivered(OrderFact) = "order.delivered";
    OrderExpired(OrderFact) = "order.expired";
    OrderPaymentFailed(OrderFact) = "order.payment_failed";
    OrderCancelled(OrderFact) = "order.cancelled";
    OrderReturning(OrderFact) = "order.returning";
    OrderReturned(OrderFact) = "order.returned";
    /// Money must go back, whatever the reason.
    OrderRefundDue(OrderFact) = "order.refund_due";
    OrderRefunded(OrderFact) = "order.refunded";
    /// Some of the goods are paid back, in money or in credit, and the order goes on.
    OrderGoodsRefunded(OrderFact) = "order.goods_refunded";
    PaymentAuthorised(PaymentFact) = "payment.authorised";
    PaymentCaptured(PaymentFact) = "payment.captured";
    PaymentFailed(PaymentFact) = "payment.failed";
    PaymentCancelled(PaymentFact) = "payment.cancelled";
    PaymentRefunded(PaymentFact) = "payment.refunded";
    DeliveryPlanned(DeliveryFact) = "delivery.planned";
    DeliveryAssigned(DeliveryFact) = "delivery.assigned";
    DeliveryPickedUp(DeliveryFact) = "delivery.picked_up";
    DeliveryHandedOver(DeliveryFact) = "delivery.handed_over";
    DeliveryRefused(DeliveryFact) = "delivery.refused";
    DeliveryReturned(DeliveryFact) = "delivery.returned";
    DeliveryCancelled(DeliveryFact) = "delivery.cancelled";
    InventoryLow(StockFact) = "inventory.low";
    /// What was sold out can be ordered again.
    InventoryBack(StockFact) = "inventory.back";
    /// What is left of a lot ends soon: told once of each lot and date.
    InventoryExpiring(LotFact) = "inventory.expiring";
    /// A product sells so fast that its buckets are too few.
    InventoryHot(HeatFact) = "inventory.hot";
    /// Whoever waited for a product is told.
    WatchAnswered(WatchFact) = "watch.answered";
    /// The catalogue's record of a product is another one. That a draft was made is no fact: nobody sells it.
    ProductChanged(ProductFact) = "product.changed";
    /// Work in the background for a store can begin, or go on.
    JobDue(JobFact) = "job.due";
    /// A partner is to be told something, now or again.
    WebhookDue(MessageFact) = "webhook.due";
}

/// The schema of one event type's data, with the named schemas that it refers to.
pub struct DataSchema {
    pub event_type: &'static str,
    pub schema: RefOr<Schema>,
    pub refers_to: Vec<(String, RefOr<Schema>)>,
}

impl DataSchema {
    fn of<T: ToSchema>(event_type: &'static str) -> Self {
        let mut refers_to = Vec::new();
        T::schemas(&mut refers_to);
        Self { event_type, schema: T::schema(), refers_to }
    }
}

impl Event {
    /// An event about version `version` of `subject`; its id follows from these and the type.
    pub fn about(subject: &str, version: u64, time: Timestamp, correlation_id: &str, fact: Fact) -> Self {
        Self {
            id: EventId::derive(&[subject, &version.to_string(), fact.type_name()]),
            version: 1,
            time,
            subject: subject.to_owned(),
            correlation_id: correlation_id.to_owned(),
            fact,
        }
    }
}
