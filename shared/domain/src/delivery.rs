//! A delivery's life: from the confirmed order to the door, and back when the door says no.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{Address, PersonName};
use crate::compliance::Trace;
use crate::geo::Point;
use crate::{CourierId, DeliveryId, OrderId, StoreId, UserId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for a courier.
    Planned,
    Assigned,
    PickedUp,
    HandedOver,
    /// Refused at the door: on the way back to the store.
    Refused,
    Returned,
    Cancelled,
}

impl DeliveryState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Assigned => "assigned",
            Self::PickedUp => "picked_up",
            Self::HandedOver => "handed_over",
            Self::Refused => "refused",
            Self::Returned => "returned",
            Self::Cancelled => "cancelled",
        }
    }

    pub const fn is_over(self) -> bool {
        matches!(self, Self::HandedOver | Self::Returned | Self::Cancelled)
    }
}

/// Why nothing was handed over at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoorRefusal {
    Underage,
    Intoxicated,
    NoId,
    Mismatch,
    Absent,
    /// The customer no longer wants it.
    Declined,
}

impl DoorRefusal {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Underage => "underage",
            Self::Intoxicated => "intoxicated",
            Self::NoId => "no_id",
            Self::Mismatch => "mismatch",
            Self::Absent => "absent",
            Self::Declined => "declined",
        }
    }
}

/// Of an ID check the result, the method and the time are kept; never the document, never the date it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgeCheck {
    pub method: IdMethod,
    pub trace: Trace,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdMethod {
    DrivingLicence,
    Passport,
    IdentityCard,
    MilitaryId,
}

/// Where the bottles are fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pickup {
    pub name: String,
    pub address: String,
    pub location: Point,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    pub id: DeliveryId,
    pub version: u64,
    pub order_id: OrderId,
    pub store_id: StoreId,
    pub customer_id: UserId,
    pub state: DeliveryState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_id: Option<CourierId>,
    pub pickup: Pickup,
    pub drop_off: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<DoorRefusal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_check: Option<AgeCheck>,
    pub created_at: Timestamp,
    pub timeline: Vec<DeliveryStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryStep {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub state: DeliveryState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryAction {
    Assign { courier: CourierId },
    PickUp,
    HandOver { check: AgeCheck },
    Refuse { reason: DoorRefusal },
    Return,
    Cancel,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is {} cannot be {attempted}", state.as_str())]
pub struct DeliveryRefusal {
    pub state: DeliveryState,
    pub attempted: &'static str,
}

impl Delivery {
    /// The next version of this delivery; `None` where it was so already.
    pub fn apply(&self, action: &DeliveryAction, now: Timestamp) -> Result<Option<Delivery>, DeliveryRefusal> {
        use DeliveryState::*;
        let refused = |attempted| Err(DeliveryRefusal { state: self.state, attempted });
        match (action, self.state) {
            (DeliveryAction::Assign { courier }, Planned | Assigned) => {
                if self.courier_id.as_ref() == Some(courier) {
                    return Ok(None);
                }
                let mut next = self.moved(Assigned, now);
                next.courier_id = Some(courier.clone());
                Ok(Some(next))
            }
            (DeliveryAction::Assign { .. }, _) => refused("assigned"),
            (DeliveryAction::PickUp, Assigned) => Ok(Some(self.moved(PickedUp, now))),
            (DeliveryAction::PickUp, PickedUp) => Ok(None),
            (DeliveryAction::PickUp, _) => refused("picked up"),
            (DeliveryAction::HandOver { check }, PickedUp) => {
                let mut next = self.moved(HandedOver, now);
                next.age_check = Some(check.clone());
                Ok(Some(next))
            }
            (DeliveryAction::HandOver { .. }, HandedOver) => Ok(None),
            (DeliveryAction::HandOver { .. }, _) => refused("handed over"),
            (DeliveryAction::Refuse { reason }, PickedUp) => {
                let mut next = self.moved(Refused, now);
                next.refusal = Some(*reason);
                Ok(Some(next))
            }
            (DeliveryAction::Refuse { .. }, Refused) => Ok(None),
            (DeliveryAction::Refuse { .. }, _) => refused("refused"),
            (DeliveryAction::Return, Refused) => Ok(Some(self.moved(Returned, now))),
            (DeliveryAction::Return, Returned) => Ok(None),
            (DeliveryAction::Return, _) => refused("returned"),
            (DeliveryAction::Cancel, Planned | Assigned) => Ok(Some(self.moved(Cancelled, now))),
            (DeliveryAction::Cancel, _) => Ok(None),
        }
    }

    fn moved(&self, state: DeliveryState, now: Timestamp) -> Delivery {
        let mut next = Delivery { version: self.version + 1, state, ..self.clone() };
        next.timeline.push(DeliveryStep { at: now, state });
        next
    }
}

/// A courier on shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Courier {
    pub id: CourierId,
    pub version: u64,
    pub name: PersonName,
    pub vehicle: Vehicle,
    pub position: Point,
    /// What the courier is busy with; `None` is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<DeliveryId>,
    pub on_shift: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vehicle {
    Bicycle,
    Scooter,
    Car,
}

/// The nearest free courier; ties go to the lower id, so that the choice can be repeated.
pub fn nearest_free(couriers: &[Courier], pickup: Point) -> Option<&Courier> {
    couriers
        .iter()
        .filter(|courier| courier.on_shift && courier.delivery_id.is_none())
        .min_by_key(|courier| (courier.position.metres_to(pickup), courier.id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AddressId;

    fn planned() -> Delivery {
        let order = OrderId::derive(&["order"]);
        let here = Point::new(37.79, -122.40).unwrap();
        Delivery {
            id: DeliveryId::of_order(&order),
            version: 1,
            order_id: order,
            store_id: StoreId::derive(&["store"]),
            customer_id: UserId::derive(&["ada"]),
            state: DeliveryState::Planned,
            courier_id: None,
            pickup: Pickup { name: "Corner Bottles".into(), address: "1 Market St".into(), location: here },
            drop_off: Address {
                id: AddressId::derive(&["home"]),
                recipient: "Ada".parse().unwrap(),
                line1: "2 Market St".into(),
                line2: None,
                city: "San Francisco".into(),
                region: "CA".into(),
                postal_code: "94105".into(),
                country: "US".into(),
                location: here,
                instructions: None,
            },
            refusal: None,
            age_check: None,
            created_at: Timestamp::UNIX_EPOCH,
            timeline: vec![],
        }
    }

    fn after(actions: &[DeliveryAction]) -> Result<Delivery, DeliveryRefusal> {
        actions.iter().try_fold(planned(), |delivery, action| {
            Ok(delivery.apply(action, Timestamp::UNIX_EPOCH)?.unwrap_or(delivery))
        })
    }

    fn assign() -> DeliveryAction {
        DeliveryAction::Assign { courier: CourierId::derive(&["bo"]) }
    }

    fn hand_over() -> DeliveryAction {
        let trace = Trace { rules: "us-ca@test".into(), passed: vec![] };
        DeliveryAction::HandOver { check: AgeCheck { method: IdMethod::Passport, trace, at: Timestamp::UNIX_EPOCH } }
    }

    #[test]
    fn each_step_needs_the_one_before() {
        assert_eq!(after(&[assign(), DeliveryAction::PickUp, hand_over()]).unwrap().state, DeliveryState::HandedOver);
        assert!(after(&[DeliveryAction::PickUp]).is_err());
        assert!(after(&[assign(), hand_over()]).is_err());
        assert!(after(&[assign(), DeliveryAction::Return]).is_err());
    }

    #[test]
    fn a_repeated_step_changes_nothing() {
        let once = after(&[assign(), DeliveryAction::PickUp]).unwrap();
        let twice = after(&[assign(), assign(), DeliveryAction::PickUp, DeliveryAction::PickUp]).unwrap();
        assert_eq!(once.version, twice.version);
    }

    #[test]
    fn a_refusal_leads_back_to_the_store_and_never_to_a_hand_over() {
        let refused = [assign(), DeliveryAction::PickUp, DeliveryAction::Refuse { reason: DoorRefusal::Underage }];
        let refused = after(&refused).unwrap();
        assert!(refused.apply(&hand_over(), Timestamp::UNIX_EPOCH).is_err());
        let back = refused.apply(&DeliveryAction::Return, Timestamp::UNIX_EPOCH).unwrap().unwrap();
        assert_eq!((back.state, back.refusal), (DeliveryState::Returned, Some(DoorRefusal::Underage)));
    }

    #[test]
    fn the_nearest_free_courier_goes() {
        let courier = |name: &str, lat, busy: bool, on_shift| Courier {
            id: CourierId::derive(&[name]),
            version: 1,
            name: name.parse().unwrap(),
            vehicle: Vehicle::Bicycle,
            position: Point::new(lat, -122.40).unwrap(),
            delivery_id: busy.then(DeliveryId::new),
            on_shift,
        };
        let store = Point::new(37.79, -122.40).unwrap();
        let couriers = [
            courier("far", 37.90, false, true),
            courier("busy", 37.79, true, true),
            courier("off", 37.79, false, false),
            courier("near", 37.80, false, true),
        ];
        assert_eq!(nearest_free(&couriers, store).unwrap().name.as_str(), "near");
        assert!(nearest_free(&couriers[1..3], store).is_none());
    }
}
