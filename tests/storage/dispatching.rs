//! Deliveries and couriers change together: a courier carries one bag.

use sipstr_domain::account::PersonName;
use sipstr_domain::delivery::{Courier, Delivery, DeliveryAction, DeliveryState, Pickup, Vehicle};
use sipstr_domain::{CourierId, DeliveryId, OrderId, StoreId, UserId};
use sipstr_storage::dispatch::{Assigned, Dispatch, Moved};
use sipstr_testkit::{address, store_somewhere};

use crate::ground::{Ground, at_once, now};

struct City {
    ground: Ground,
    dispatch: Dispatch,
    place: sipstr_domain::geo::Point,
}

impl City {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let dispatch = Dispatch::new(ground.db.clone(), ground.table("deliveries"), ground.table("couriers"));
        Self { dispatch, ground, place: store_somewhere().location }
    }

    async fn courier(&self) -> CourierId {
        let courier = Courier {
            id: CourierId::new(),
            version: 1,
            name: "Carlo Courier".parse::<PersonName>().expect("a name"),
            vehicle: Vehicle::Bicycle,
            position: self.place,
            delivery_id: None,
            on_shift: true,
        };
        self.dispatch.couriers.put(&courier).await.expect("the courier is written");
        courier.id
    }

    async fn delivery(&self) -> DeliveryId {
        let order = OrderId::new();
        let delivery = Delivery {
            id: DeliveryId::of_order(&order),
            version: 1,
            order_id: order,
            store_id: StoreId::new(),
            customer_id: UserId::new(),
            state: DeliveryState::Planned,
            courier_id: None,
            pickup: Pickup { name: "Bottles".into(), address: "1 Test Street".into(), location: self.place },
            drop_off: address(self.place),
            refusal: None,
            age_check: None,
            created_at: now(),
            timeline: vec![],
        };
        assert!(self.dispatch.deliveries.add(&delivery).await.expect("an answer"));
        assert!(!self.dispatch.deliveries.add(&delivery).await.expect("an answer"), "an order has one delivery");
        delivery.id
    }

    async fn assign(&self, id: &DeliveryId, wanted: Option<&CourierId>) -> Assigned {
        self.dispatch.assign(id, wanted, now()).await.expect("an answer")
    }

    async fn advance(&self, id: &DeliveryId, by: &CourierId, action: DeliveryAction) -> Moved {
        self.dispatch.advance(id, Some(by), &action, now()).await.expect("an answer")
    }
}

#[tokio::test]
async fn of_twenty_deliveries_that_want_one_courier_one_gets_them() {
    let city = City::new().await;
    let carlo = city.courier().await;
    let mut waiting = Vec::new();
    for _ in 0..20 {
        waiting.push(city.delivery().await);
    }
    let told = at_once(20, |number| city.assign(&waiting[number], (number % 2 == 0).then_some(&carlo))).await;
    let given = told.iter().filter(|answer| matches!(answer, Assigned::Moved(Moved::Changed(_)))).count();
    assert_eq!(given, 1, "{told:?}");
    let busy = city.dispatch.couriers.get(&carlo).await.unwrap().unwrap().delivery_id.expect("Carlo is busy");
    let his = city.dispatch.deliveries.of_courier(&carlo, 10, None).await.unwrap().items;
    assert_eq!(his.iter().map(|delivery| &delivery.id).collect::<Vec<_>>(), [&busy]);
    assert_eq!(city.dispatch.deliveries.open().await.unwrap().len(), 19);
    assert_eq!(city.dispatch.couriers.free_near(city.place).await.unwrap(), []);
}

#[tokio::test]
async fn a_delivery_that_twenty_give_away_goes_to_one_courier_and_leaves_the_others_free() {
    let city = City::new().await;
    for _ in 0..3 {
        city.courier().await;
    }
    let delivery = city.delivery().await;
    at_once(20, |_| city.assign(&delivery, None)).await;
    let taken = city.dispatch.deliveries.get(&delivery).await.unwrap().unwrap();
    assert_eq!((taken.state, taken.version), (DeliveryState::Assigned, 2));
    assert_eq!(city.dispatch.couriers.free_near(city.place).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_courier_is_free_in_the_moment_in_which_the_bag_is_theirs_no_more() {
    let city = City::new().await;
    let (carlo, dora) = (city.courier().await, city.courier().await);
    let delivery = city.delivery().await;
    city.assign(&delivery, Some(&carlo)).await;
    assert!(matches!(city.assign(&city.delivery().await, Some(&carlo)).await, Assigned::Busy));

    // Given to somebody else on the way: for the first it exists no more.
    city.assign(&delivery, Some(&dora)).await;
    assert_eq!(city.advance(&delivery, &carlo, DeliveryAction::PickUp).await, Moved::NotFound);
    assert_eq!(city.dispatch.couriers.get(&carlo).await.unwrap().unwrap().delivery_id, None);
    let picked = at_once(10, |_| city.advance(&delivery, &dora, DeliveryAction::PickUp)).await;
    assert_eq!(picked.iter().filter(|moved| matches!(moved, Moved::Changed(_))).count(), 1);
    let refuse = DeliveryAction::Refuse { reason: sipstr_domain::delivery::DoorRefusal::Absent };
    city.advance(&delivery, &dora, refuse).await;
    city.advance(&delivery, &dora, DeliveryAction::Return).await;
    assert_eq!(city.dispatch.couriers.get(&dora).await.unwrap().unwrap().delivery_id, None);
    assert_eq!(city.dispatch.couriers.free_near(city.place).await.unwrap().len(), 2);
    drop(city.ground);
}
