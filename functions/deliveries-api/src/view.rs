//! A delivery as people see it.

use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::account::Address;
use sipstr_domain::delivery::{AgeCheck, Delivery, DeliveryState, DeliveryStep, DoorRefusal, IdMethod, Pickup};
use sipstr_domain::{CourierId, DeliveryId, OrderId, StoreId};
use sipstr_http::Problem;
use sipstr_storage::dispatch::Moved;

use crate::who::Sight;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    pub id: DeliveryId,
    pub order_id: OrderId,
    pub store_id: StoreId,
    pub state: DeliveryState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courier_id: Option<CourierId>,
    pub pickup: Pickup,
    /// To whom it goes and where. Absent once the delivery is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_off: Option<Address>,
    /// Why nothing was handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<DoorRefusal>,
    /// The check of the ID at the door, which was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_check: Option<AgeCheckView>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub timeline: Vec<DeliveryStep>,
}

/// Of an ID check: how and when. What the ID showed is kept nowhere.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AgeCheckView {
    pub method: IdMethod,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<AgeCheck> for AgeCheckView {
    fn from(check: AgeCheck) -> Self {
        Self { method: check.method, at: check.at }
    }
}

impl DeliveryView {
    pub fn of(delivery: Delivery, sight: Sight) -> Self {
        let shown = sight == Sight::Full || !delivery.state.is_over();
        Self {
            id: delivery.id,
            order_id: delivery.order_id,
            store_id: delivery.store_id,
            state: delivery.state,
            courier_id: delivery.courier_id,
            pickup: delivery.pickup,
            drop_off: shown.then_some(delivery.drop_off),
            refusal: delivery.refusal,
            age_check: delivery.age_check.map(AgeCheckView::from),
            created_at: delivery.created_at,
            timeline: delivery.timeline,
        }
    }

    /// A delivery that was moved on, or was there already.
    pub fn of_moved(moved: Moved, sight: Sight) -> Result<Self, Problem> {
        match moved {
            Moved::Changed(delivery) | Moved::Unchanged(delivery) => Ok(Self::of(*delivery, sight)),
            Moved::Refused(refusal) => Err(Problem::conflict("delivery_state", refusal.to_string())),
            Moved::NotFound => Err(Problem::not_found()),
        }
    }
}

#[cfg(test)]
pub mod tests {
    use sipstr_testkit::sample;

    use super::*;

    pub fn delivery() -> Delivery {
        let mut delivery = sample::delivery();
        delivery.drop_off.recipient = "Canary Ada".parse().unwrap();
        delivery.drop_off.line1 = "Canary Street 2".into();
        delivery.drop_off.instructions = Some("Canary bell".into());
        delivery
    }

    fn shown(state: DeliveryState, sight: Sight) -> String {
        let delivery = Delivery { state, ..delivery() };
        serde_json::to_string(&DeliveryView::of(delivery, sight)).unwrap()
    }

    #[test]
    fn name_and_address_go_when_the_delivery_is_over() {
        use DeliveryState::*;
        for state in [Planned, Assigned, PickedUp, Refused] {
            assert!(shown(state, Sight::UnderWay).contains("Canary Street"), "{state:?}");
        }
        for state in [HandedOver, Returned, Cancelled] {
            let over = shown(state, Sight::UnderWay);
            assert!(!over.contains("Canary") && !over.contains("dropOff"), "{over}");
            assert!(shown(state, Sight::Full).contains("Canary Street"), "{state:?}");
        }
    }

    #[test]
    fn the_customer_is_nowhere_in_a_view() {
        assert!(!shown(DeliveryState::PickedUp, Sight::Full).contains(delivery().customer_id.as_str()));
    }
}
