//! What is kept of a person, how long, and what is left of it when they go.
//!
//! Records that the law wants kept (who sold which alcohol where, and what was paid) stay without the person: GDPR article 17(3)(b)
//! and CCPA § 1798.105(d)(8) allow that. Everything else goes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::{Address, PersonName};
use crate::order::{Order, OrderState};
use crate::payment::PaymentStatus;
use crate::{ExportId, UserId};

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Between the wish to be forgotten and its fulfilment: time to think better of it. GDPR article 12(3) allows a month.
pub const ERASURE_GRACE: SignedDuration = days(14);

/// An export is made once and can be fetched for a week.
pub const EXPORT_LIFE: SignedDuration = days(7);

/// The mail that says that it was made has a link that is good for a day.
pub const MAILED_LINK_LIFE: SignedDuration = days(1);

/// Orders lose their person after four years, as long as records of sales are to be kept (California: 18 CCR § 1698(i)); to be
/// confirmed by counsel for each jurisdiction.
pub const ORDERS_KEPT: SignedDuration = days(4 * 365);

/// Security events: long enough to look into a fraud.
pub const SECURITY_EVENTS_KEPT: SignedDuration = days(2 * 365);

pub const NOTICES_KEPT: SignedDuration = days(90);

/// An account that nobody proved to be theirs.
pub const UNPROVED_KEPT: SignedDuration = days(30);

/// A copy of what is known of a person, which they asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    pub id: ExportId,
    pub user_id: UserId,
    pub requested_at: Timestamp,
    /// `None` while it is being made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

impl Export {
    pub fn new(id: ExportId, user_id: UserId, now: Timestamp) -> Self {
        Self { id, user_id, requested_at: now, ready_at: None, expires_at: now + EXPORT_LIFE }
    }

    pub fn can_be_fetched(&self, now: Timestamp) -> bool {
        self.ready_at.is_some() && now < self.expires_at
    }

    /// A mailed link asks for nothing but itself, so it is good for a day only.
    pub fn is_mailed_link_good(&self, now: Timestamp) -> bool {
        self.ready_at.is_some_and(|ready| now < ready + MAILED_LINK_LIFE)
    }

    /// Where the file of this form lies. The export's own suffix comes first: a key says nothing about whose it is.
    pub fn key(&self, form: ExportForm) -> String {
        format!("exports/{}.{}", self.id.suffix(), form.extension())
    }
}

/// For programs, or for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    Json,
    Html,
}

impl ExportForm {
    pub const ALL: [Self; 2] = [Self::Json, Self::Html];

    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// Whether an order still needs its person: it is under way, or money is owed.
pub fn is_unfinished(order: &Order) -> bool {
    let over = matches!(
        order.state,
        OrderState::Delivered
            | OrderState::Expired
            | OrderState::Cancelled
            | OrderState::PaymentFailed
            | OrderState::Returned
    );
    !over || order.payment.status == PaymentStatus::RefundDue
}

/// What stands in the place of a name.
pub fn nobody() -> PersonName {
    "(erased)".parse().expect("a name")
}

/// What of an address the records keep: the place that taxes and law were judged by, to about a kilometre.
pub fn without_person(address: &Address) -> Address {
    let about = |degrees: f64| (degrees * 100.0).round() / 100.0;
    Address {
        id: address.id.clone(),
        recipient: nobody(),
        line1: nobody().as_str().to_owned(),
        line2: None,
        postal_code: address.postal_code.chars().take(3).collect(),
        location: crate::geo::Point { lat: about(address.location.lat), lng: about(address.location.lng) },
        instructions: None,
        ..address.clone()
    }
}

/// Whether an address was treated so before.
pub fn is_without_person(address: &Address) -> bool {
    address.recipient == nobody()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_an_address_is_a_place_and_no_door() {
        let address = Address {
            id: crate::AddressId::new(),
            recipient: "Ada Adult".parse().unwrap(),
            line1: "1 Ferry Building".into(),
            line2: Some("Door 7".into()),
            city: "San Francisco".into(),
            region: "CA".into(),
            postal_code: "94105".into(),
            country: "US".into(),
            location: crate::geo::Point { lat: 37.7955, lng: -122.3937 },
            instructions: Some("Ring Ada".into()),
        };
        let left = without_person(&address);
        let text = serde_json::to_string(&left).unwrap();
        for personal in ["Ada", "Ferry", "Door", "94105", "37.7955"] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
        assert_eq!((left.region.as_str(), left.country.as_str()), ("CA", "US"));
        assert!(is_without_person(&left) && !is_without_person(&address));
        assert_eq!(without_person(&left), left);
    }

    #[test]
    fn an_export_is_fetched_when_it_is_made_and_until_it_is_over() {
        let now = Timestamp::UNIX_EPOCH;
        let mut export = Export::new(ExportId::new(), UserId::new(), now);
        assert!(!export.can_be_fetched(now));
        export.ready_at = Some(now);
        assert!(export.can_be_fetched(now) && !export.can_be_fetched(now + EXPORT_LIFE));
        assert!(export.is_mailed_link_good(now) && !export.is_mailed_link_good(now + MAILED_LINK_LIFE));
        assert_ne!(export.key(ExportForm::Json), export.key(ExportForm::Html));
    }
}
