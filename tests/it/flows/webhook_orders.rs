//! Reports of a payment in every order (storm 8): whatever comes first, the end is the same.

use std::time::Duration;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sipstr_domain::OrderId;
use sipstr_domain::order::{Order, OrderState};
use sipstr_domain::payment::EntryKind;
use sipstr_storage::payments::sum;
use sipstr_testkit::{Person, Shop, ShopSpec, World};

/// A placed order and the payment that it waits for.
struct Case {
    buyer: Person,
    order: OrderId,
    intent: String,
    total: i64,
}

impl Case {
    async fn new(world: &World, shop: &Shop) -> Self {
        let total = world.total_of(shop, &[(0, 1)]).await;
        let (buyer, body) = world.buyer_at_the_till(shop, &[(0, 1)], total).await;
        let placed = buyer.api.post_keyed("/v1/orders", "once", body).await.expect(201);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let order = text(&placed["order"]["id"]).parse().expect("an order's id");
        Self { buyer, order, intent: text(&placed["payment"]["reference"]), total }
    }

    fn captured(&self, world: &World) -> Value {
        world.captured_event(self.order.as_str(), &self.intent, self.total)
    }

    fn authorised(&self, world: &World) -> Value {
        let mut event = self.captured(world);
        event["id"] = json!(format!("evt_authorised_{}", self.intent));
        event["type"] = json!("payment_intent.amount_capturable_updated");
        let changes = json!({"status": "requires_capture", "amount_received": 0, "amount_capturable": self.total});
        merge(&mut event["data"]["object"], changes);
        event
    }

    /// An attempt with a card that was declined.
    fn failed(&self, world: &World) -> Value {
        let mut event = self.captured(world);
        event["id"] = json!(format!("evt_failed_{}", self.intent));
        event["type"] = json!("payment_intent.payment_failed");
        let error = json!({"charge": format!("ch_{}", self.intent), "code": "card_declined", "type": "card_error"});
        let changes = json!({"status": "requires_payment_method", "amount_received": 0, "last_payment_error": error});
        merge(&mut event["data"]["object"], changes);
        event
    }

    fn refunded(&self, world: &World) -> Value {
        let mut event = self.captured(world);
        event["id"] = json!(format!("evt_refunded_{}", self.intent));
        event["type"] = json!("refund.created");
        event["data"]["object"] = json!({
            "id": format!("re_{}", self.intent), "object": "refund", "amount": self.total, "currency": "usd",
            "status": "succeeded", "payment_intent": self.intent, "metadata": {"order_id": self.order},
        });
        event
    }

    /// What is the same for every case in the end: state, money, steps, and the sums of the ledger.
    async fn settled(&self, world: &World) -> (OrderState, Value, Vec<OrderState>, Vec<i64>) {
        let order = stored(world, &self.order).await;
        let entries = world.payments().of_order(&self.order).await.expect("the ledger");
        let kinds = [EntryKind::Authorised, EntryKind::Captured, EntryKind::Failed, EntryKind::Refunded];
        let sums = kinds.map(|kind| sum(&entries, kind)).to_vec();
        let steps = order.timeline.iter().map(|step| step.state).collect();
        (order.state, serde_json::to_value(&order.payment).expect("a value"), steps, sums)
    }
}

fn merge(object: &mut Value, changes: Value) {
    if let (Value::Object(object), Value::Object(changes)) = (object, changes) {
        object.extend(changes);
    }
}

async fn stored(world: &World, order: &OrderId) -> Order {
    world.orders().get(order).await.expect("an answer").expect("the order")
}

/// Delivers the reports in this order, each twice.
async fn deliver(world: &World, reports: &[Value]) {
    for report in reports {
        for _ in 0..2 {
            world.webhook(report.to_string().as_bytes()).await.expect(200);
        }
    }
}

#[tokio::test]
async fn authorised_failed_and_captured_lead_to_the_same_end_in_all_six_orders() {
    let world = &World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let cases = join_all(orders.iter().map(|_| Case::new(world, &shop))).await;
    join_all(cases.iter().zip(orders).map(|(case, order)| async move {
        let reports = [case.authorised(world), case.failed(world), case.captured(world)];
        deliver(world, &order.map(|number| reports[number].clone())).await;
        world.order_becomes(&case.buyer, &case.order, "confirmed").await;
    }))
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    let total = cases[0].total;
    let payment = json!({"status": "paid", "captured": total, "refunded": 0, "refundDue": 0});
    let steps = vec![OrderState::PendingPayment, OrderState::Confirmed];
    let end = (OrderState::Confirmed, payment, steps, vec![total, total, total, 0]);
    for (case, order) in cases.iter().zip(orders) {
        assert_eq!(case.settled(world).await, end, "{order:?}");
    }

    // Eight days later somebody at the provider sends all of it again.
    let before = stored(world, &cases[0].order).await;
    let long_ago = (Timestamp::now() - SignedDuration::from_hours(8 * 24)).as_second();
    for mut report in [cases[0].captured(world), cases[0].failed(world), cases[0].authorised(world)] {
        report["created"] = json!(long_ago);
        world.webhook(report.to_string().as_bytes()).await.expect(200);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(stored(world, &cases[0].order).await, before);
    assert_eq!(cases[0].settled(world).await, end);
}

#[tokio::test]
async fn captured_and_refunded_after_a_cancellation_lead_to_the_same_end_in_both_orders() {
    let world = &World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let cases = [Case::new(world, &shop).await, Case::new(world, &shop).await];
    for case in &cases {
        let cancel = format!("/v1/orders/{}/cancel", case.order);
        case.buyer.api.post(&cancel, json!({"reason": "changed my mind"})).await.expect(200);
    }
    deliver(world, &[cases[0].captured(world), cases[0].refunded(world)]).await;
    deliver(world, &[cases[1].refunded(world), cases[1].captured(world)]).await;
    let total = cases[0].total;
    let payment = json!({"status": "refunded", "captured": total, "refunded": total, "refundDue": 0});
    let steps = vec![OrderState::PendingPayment, OrderState::Cancelled];
    for case in &cases {
        world
            .eventually("what was captured has gone back", || async {
                (stored(world, &case.order).await.payment.refunded == total).then_some(())
            })
            .await;
        let end = (OrderState::Cancelled, payment.clone(), steps.clone(), vec![0, total, 0, total]);
        assert_eq!(case.settled(world).await, end);
    }
    assert_eq!(world.free(&shop, 0).await, 24);
}
