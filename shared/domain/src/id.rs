//! Prefixed, opaque ids: `ord_0198c0…`. The prefix tells a person what a stray id in a log belongs to, and lets the
//! parser refuse an id of the wrong kind before anything is looked up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an id that starts with `{prefix}` followed by 32 hexadecimal digits")]
pub struct InvalidId {
    pub prefix: &'static str,
}

/// Hashes what makes a thing unique into the 128 bits of an id, so that the same facts always name the same thing.
fn derived(parts: &[&str]) -> Uuid {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&context.finish().as_ref()[..16]);
    Uuid::from_bytes(bytes)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, examples(json!(concat!($prefix, "0198c0de5f3a7b60a1b2c3d4e5f60718"))))]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// A new id that sorts after the ids made before it (UUID version 7).
            pub fn new() -> Self {
                Self(format!("{}{}", $prefix, Uuid::now_v7().simple()))
            }

            /// The id that these facts always lead to: how a repeated request finds the thing it made the first time.
            pub fn derive(parts: &[&str]) -> Self {
                Self(format!("{}{}", $prefix, derived(parts).simple()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What follows the prefix; ids of things that exist once for each other share it.
            pub fn suffix(&self) -> &str {
                &self.0[$prefix.len()..]
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match text.strip_prefix($prefix) {
                    Some(rest) if rest.len() == 32 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => {
                        Ok(Self(text.to_owned()))
                    }
                    _ => Err(InvalidId { prefix: $prefix }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A person with an account, whatever their roles.
    UserId = "usr_";
    AddressId = "adr_";
    SessionId = "ses_";
    PasskeyId = "psk_";
    StoreId = "sto_";
    /// What another identity provider calls a person, linked to an account.
    LinkId = "lnk_";
    /// An invitation into a store's staff.
    InvitationId = "inv_";
    ProductId = "prd_";
    /// The same drink in several sizes, packs or containers.
    GroupId = "grp_";
    BrandId = "brd_";
    /// A node of the tree of categories.
    CategoryId = "cat_";
    /// A cart of somebody who has not signed in.
    CartId = "crt_";
    /// A list of products that a customer keeps.
    ListId = "lst_";
    /// A link that shows a cart to others.
    ShareId = "shr_";
    OrderId = "ord_";
    RefundId = "rfd_";
    DeliveryId = "dlv_";
    /// A courier's profile; shares its suffix with the courier's [`UserId`].
    CourierId = "crr_";
    NotificationId = "ntf_";
    EventId = "evt_";
    /// A copy of what is known of a person.
    ExportId = "exp_";
    PictureId = "pic_";
    /// Work in the background for a store.
    JobId = "job_";
    /// Where a store's partner wants to hear of what happens.
    SubscriptionId = "whs_";
    /// Something that a partner is told.
    MessageId = "whm_";
    LedgerEntryId = "led_";
    /// Goods on their way from one store to another.
    TransferId = "trf_";
    /// What came in together and ends on one day.
    LotId = "lot_";
}

impl DeliveryId {
    /// An order is delivered once: the delivery's id follows from the order's, so no index is needed to find it.
    pub fn of_order(order: &OrderId) -> Self {
        Self(format!("{}{}", Self::PREFIX, order.suffix()))
    }
}

impl CourierId {
    pub fn of_user(user: &UserId) -> Self {
        Self(format!("{}{}", Self::PREFIX, user.suffix()))
    }

    pub fn user(&self) -> UserId {
        UserId(format!("{}{}", UserId::PREFIX, self.suffix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let order = OrderId::new();
        assert_eq!(order.as_str().parse::<OrderId>(), Ok(order.clone()));
        assert!(order.as_str().parse::<StoreId>().is_err());
        assert!("ord_".parse::<OrderId>().is_err());
        assert!("ord_../../etc/passwd".parse::<OrderId>().is_err());
    }

    #[test]
    fn the_same_facts_lead_to_the_same_id_and_no_others_do() {
        let a = OrderId::derive(&["usr_1", "key"]);
        assert_eq!(a, OrderId::derive(&["usr_1", "key"]));
        assert_ne!(a, OrderId::derive(&["usr_1k", "ey"]));
    }
}
