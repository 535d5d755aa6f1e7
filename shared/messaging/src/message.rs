//! The kinds of messages and what each has to know.

use serde::{Serialize, Serializer};
use sipstr_domain::account::{PersonName, StoreRole};
use sipstr_domain::delivery::DoorRefusal;
use sipstr_domain::order::Order;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{Money, OrderId};

/// Something to tell a person or a store. The fields are what the templates under `templates/` see.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Message {
    VerifyEmail {
        name: PersonName,
        code: String,
        /// How long the code is good for.
        minutes: u32,
    },

    ResetPassword {
        name: PersonName,
        code: String,
        minutes: u32,
    },
    /// To the address that shall become the account's.
    ChangeEmail {
        name: PersonName,
        code: String,
        minutes: u32,
    },
    /// Something happened to the account that may be somebody else's doing.
    SecurityNotice {
        name: PersonName,
        #[serde(serialize_with = "in_words")]
        happened: SecurityEventKind,
        /// Such as `Chrome on Linux`.
        device: Option<String>,
        /// `2026-11-23 10:15 UTC`.
        at: String,
    },
    /// To somebody who may have no account: nothing is known of them but the address.
    Invitation {
        store: String,
        #[serde(serialize_with = "as_whom")]
        role: StoreRole,
        /// Who invites.
        inviter: PersonName,
        /// What accepts the invitation.
        token: String,
        days: u32,
    },

    /// The copy of a person's data is there.
    ExportReady {
        name: PersonName,
        /// Links that open without signing in.
        html: String,
        json: String,
        /// `2026-11-23`.
        until: String,
    },
    /// The account is closed and will be erased.
    ErasureRequested {
        name: PersonName,
        /// `2026-11-23`.
        on: String,
        /// What takes it back.
        token: String,
    },

    /// Advertising: only to who allowed it. It names nothing of what is in the cart.
    CartAbandoned {
        name: PersonName,
        store: String,
        /// Stops advertising, by one request and without signing in.
        unsubscribe: String,
    },

    // To the customer.
    OrderConfirmed {
        customer: PersonName,
        order: OrderSummary,
    },
    OrderPreparing {
        customer: PersonName,
        order: OrderSummary,
        /// From now until it is ready, where the store said so.
        minutes: Option<u16>,
    },
    OrderReady {
        customer: PersonName,
        order: OrderSummary,
    },
    OutForDelivery {
        customer: PersonName,
        order: OrderSummary,
    },
    Delivered {
        customer: PersonName,
        order: OrderSummary,
    },
    OrderExpired {
        customer: PersonName,
        order: OrderSummary,
    },
    OrderPaymentFailed {
        customer: PersonName,
        order: OrderSummary,
    },
    OrderCancelled {
        customer: PersonName,
        order: OrderSummary,
        reason: Option<String>,
        /// What goes back; `None` where nothing was paid.
        #[serde(serialize_with = "optional_text")]
        refund: Option<Money>,
    },
    OrderRefunded {
        customer: PersonName,
        order: OrderSummary,
        #[serde(serialize_with = "text")]
        refund: Money,
    },
    OrderReturned {
        customer: PersonName,
        order: OrderSummary,
        #[serde(serialize_with = "at_the_door")]
        reason: Option<DoorRefusal>,
        /// What goes back; `None` where nothing does.
        #[serde(serialize_with = "optional_text")]
        refund: Option<Money>,
    },

    // To the store.
    StoreNewOrder {
        order: OrderSummary,
    },
    StoreOrderCancelled {
        order: OrderSummary,
        reason: Option<String>,
    },
    /// To whoever waited for it.
    BackInStock {
        customer: PersonName,
        product: String,
        store: String,
    },
    StoreLowStock {
        store: String,
        product: String,
        /// Units on the shelf.
        left: u32,
    },

    StoreStockExpiring {
        store: String,
        product: String,
        lot: String,
        best_before: String,
        /// Units of the lot.
        left: u32,
    },

    // To the courier. Where the order goes is a person's address: the app shows it, a mail does not.
    CourierAssigned {
        courier: PersonName,
        order: OrderId,
        pickup_name: String,
        pickup_address: String,
    },
    CourierCancelled {
        courier: PersonName,
        order: OrderId,
        pickup_name: String,
    },
}

impl Message {
    /// Where somebody stops mails of this kind, if it is one that may be stopped.
    pub fn unsubscribe(&self) -> Option<&str> {
        match self {
            Self::CartAbandoned { unsubscribe, .. } => Some(unsubscribe),
            _ => None,
        }
    }

    /// The name of its templates; stable, so that it can be stored with a notice.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::ResetPassword { .. } => "reset_password",
            Self::ChangeEmail { .. } => "change_email",
            Self::SecurityNotice { .. } => "security_notice",
            Self::Invitation { .. } => "invitation",
            Self::ExportReady { .. } => "export_ready",
            Self::ErasureRequested { .. } => "erasure_requested",
            Self::CartAbandoned { .. } => "cart_abandoned",
            Self::OrderConfirmed { .. } => "order_confirmed",
            Self::OrderPreparing { .. } => "order_preparing",
            Self::OrderReady { .. } => "order_ready",
            Self::OutForDelivery { .. } => "out_for_delivery",
            Self::Delivered { .. } => "delivered",
            Self::OrderExpired { .. } => "order_expired",
            Self::OrderPaymentFailed { .. } => "order_payment_failed",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::OrderRefunded { .. } => "order_refunded",
            Self::OrderReturned { .. } => "order_returned",
            Self::StoreNewOrder { .. } => "store_new_order",
            Self::StoreOrderCancelled { .. } => "store_order_cancelled",
            Self::BackInStock { .. } => "back_in_stock",
            Self::StoreLowStock { .. } => "store_low_stock",
            Self::StoreStockExpiring { .. } => "store_stock_expiring",
            Self::CourierAssigned { .. } => "courier_assigned",
            Self::CourierCancelled { .. } => "courier_cancelled",
        }
    }
}

/// An order as a message shows it.
#[derive(Debug, Clone, Serialize)]
pub struct OrderSummary {
    pub id: OrderId,
    /// The store's name.
    pub store: String,
    pub lines: Vec<Line>,
    #[serde(serialize_with = "text")]
    pub total: Money,
}

#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub quantity: u32,
    pub name: String,
}

impl OrderSummary {
    pub fn of(order: &Order, store: &str) -> Self {
        let lines =
            order.lines.iter().map(|line| Line { quantity: line.priced.quantity, name: line.priced.name.clone() });
        Self { id: order.id.clone(), store: store.to_owned(), lines: lines.collect(), total: order.total_money() }
    }
}

fn text<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(money)
}

fn optional_text<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    money.map(|money| money.to_string()).serialize(serializer)
}

/// Says it to the customer without blaming her in writing.
fn at_the_door<S: Serializer>(reason: &Option<DoorRefusal>, serializer: S) -> Result<S::Ok, S::Error> {
    let words = reason.map(|reason| match reason {
        DoorRefusal::Underage => "nobody of legal age was there to take it",
        DoorRefusal::Intoxicated => "it could not be handed over responsibly",
        DoorRefusal::NoId => "there was no valid photo ID to look at",
        DoorRefusal::Mismatch => "the photo ID did not belong to the person at the door",
        DoorRefusal::Absent => "nobody came to the door",
        DoorRefusal::Declined => "you did not want it any more",
    });
    words.serialize(serializer)
}

fn as_whom<S: Serializer>(role: &StoreRole, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match role {
        StoreRole::Owner => "an owner",
        StoreRole::Manager => "a manager",
        StoreRole::Picker => "a picker",
    })
}

/// What happened, as one says it to the person.
fn in_words<S: Serializer>(kind: &SecurityEventKind, serializer: S) -> Result<S::Ok, S::Error> {
    use SecurityEventKind::*;
    let words = match kind {
        SignedInOnNewDevice => "Your account was signed in to on a device that we have not seen before.",
        RefreshTokenReused => "A session of your account was used from two places at once. We ended it.",
        PasswordChanged => "The password of your account was changed.",
        PasswordReset => "The password of your account was reset with a code from your mail. Every session was ended.",
        EmailChangeRequested => {
            "Somebody asked for another e-mail address for your account. The present one stays until the new one is confirmed."
        }
        EmailChanged => "Your account has another e-mail address now.",
        TotpEnabled => "An authenticator app was added to your account.",
        TotpDisabled => "The authenticator app was removed from your account.",
        PasskeyAdded => "A passkey was added to your account.",
        PasskeyRemoved => "A passkey was removed from your account.",
        PasskeyCopySuspected => {
            "Somebody tried to sign in with what looks like a copy of one of your passkeys. We refused it. Please remove that passkey and add a new one."
        }
        RecoveryCodesMade => "New recovery codes were made for your account. The old ones count no more.",
        RecoveryCodeUsed => "A recovery code was used to sign in to your account.",
        AgeRefused => "A check of your age did not confirm what you told us. You can try again.",
        ExportRequested => "Somebody asked for a copy of everything that Sipstr knows of you.",
        ErasureRequested => "Your account was closed and will be erased.",
        ErasureCancelled => "The erasure of your account was taken back. You can sign in again.",
        RoleGranted => "Your account may do more than before.",
        RoleRevoked => "Your account may do less than before.",
        Disabled => "Your account was disabled.",
        Enabled => "Your account was enabled again.",
        ImpersonationStarted => "A member of our support looks at your account with your eyes, for a few minutes.",
        FederatedLinked => "Another provider was linked to your account: who signs in there is let in here.",
        FederatedUnlinked => "A provider that was linked to your account was taken off it.",
        StaffSignOnChanged => "With your account, the identity provider that signs in your store's staff was changed.",
        // Nobody is told of these.
        AgeVerified | Erased | ForeignOrderAsked | SignedIn | SignInFailed | SecondFactorFailed | SteppedUp
        | SessionEnded | AllSessionsEnded => "Something happened to your account.",
    };
    serializer.serialize_str(words)
}
