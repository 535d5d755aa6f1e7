//! Who hears what of each change of an order.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::Currency;
use sipstr_domain::order::TimelineEntry;
use sipstr_testkit::sample;

use super::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn order(states: &[(OrderState, Actor)]) -> Order {
    let entry = |(state, actor): &(OrderState, Actor)| TimelineEntry {
        at: at(0),
        state: *state,
        actor: *actor,
        note: (*state == OrderState::Cancelled).then(|| "We close early".to_owned()),
    };
    let state = states.last().expect("a state").0;
    Order { state, timeline: states.iter().map(entry).collect(), ..sample::order(at(0)) }
}

type Variant = fn(OrderFact) -> Fact;

fn told(variant: Variant, order: &Order, refund_due: i64) -> (Option<Message>, Option<Message>) {
    let fact = OrderFact {
        order_id: order.id.clone(),
        customer_id: order.customer_id.clone(),
        store_id: order.store_id.clone(),
        state: order.state,
        total: order.total,
        currency: order.currency,
        refund_due,
    };
    let event = Event::about(order.id.as_str(), order.version, at(0), "", variant(fact.clone()));
    let summary = OrderSummary::of(order, "Corner Bottles");
    let change = Change { event: &event, fact: &fact, order, summary, refusal: Some(DoorRefusal::Absent) };
    (to_customer(&change, &"Ada".parse().unwrap()), to_store(&change))
}

fn kinds(variant: Variant, order: &Order) -> (Option<&'static str>, Option<&'static str>) {
    let (customer, store) = told(variant, order, 0);
    (customer.map(|message| message.kind()), store.map(|message| message.kind()))
}

const PLACED: (OrderState, Actor) = (OrderState::PendingPayment, Actor::Customer);
const CONFIRMED: (OrderState, Actor) = (OrderState::Confirmed, Actor::System);

#[test]
fn nobody_is_told_before_it_is_paid() {
    assert_eq!(kinds(Fact::OrderPlaced, &order(&[PLACED])), (None, None));
}

#[test]
fn a_paid_order_is_news_for_both() {
    let both = (Some("order_confirmed"), Some("store_new_order"));
    assert_eq!(kinds(Fact::OrderConfirmed, &order(&[PLACED, CONFIRMED])), both);
}

#[test]
fn each_step_on_the_way_is_told_to_the_customer_only() {
    let order = order(&[PLACED, CONFIRMED]);
    let steps: [(Variant, &str); 6] = [
        (Fact::OrderPreparing, "order_preparing"),
        (Fact::OrderReady, "order_ready"),
        (Fact::OrderOutForDelivery, "out_for_delivery"),
        (Fact::OrderDelivered, "delivered"),
        (Fact::OrderExpired, "order_expired"),
        (Fact::OrderPaymentFailed, "order_payment_failed"),
    ];
    for (variant, kind) in steps {
        assert_eq!(kinds(variant, &order), (Some(kind), None));
    }
}

#[test]
fn a_store_hears_of_a_cancellation_only_where_it_knew_the_order_and_did_not_cancel_it() {
    let cancelled = |before: &[(OrderState, Actor)], by| {
        kinds(Fact::OrderCancelled, &order(&[before, &[(OrderState::Cancelled, by)]].concat())).1
    };
    assert_eq!(cancelled(&[PLACED, CONFIRMED], Actor::Customer), Some("store_order_cancelled"));
    assert_eq!(cancelled(&[PLACED, CONFIRMED], Actor::Store), None);
    assert_eq!(cancelled(&[PLACED], Actor::Customer), None);
}

#[test]
fn a_cancellation_says_why_and_what_comes_back() {
    let order = order(&[PLACED, CONFIRMED, (OrderState::Cancelled, Actor::Store)]);
    let Some(Message::OrderCancelled { reason, refund, .. }) = told(Fact::OrderCancelled, &order, 4_598).0 else {
        panic!("a cancellation");
    };
    assert_eq!(reason.as_deref(), Some("We close early"));
    assert_eq!(refund, Some(Money::new(4_598, Currency::Usd)));
    let unpaid = told(Fact::OrderCancelled, &order, 0).0;
    assert!(matches!(unpaid, Some(Message::OrderCancelled { refund: None, .. })));
}

#[test]
fn a_refund_is_told_once_there_is_one() {
    let mut order = order(&[PLACED, CONFIRMED, (OrderState::Cancelled, Actor::Customer)]);
    assert!(told(Fact::OrderRefunded, &order, 0).0.is_none());
    order.payment.refunded = 4_598;
    let Some(Message::OrderRefunded { refund, .. }) = told(Fact::OrderRefunded, &order, 0).0 else {
        panic!("a refund");
    };
    assert_eq!(refund.amount, 4_598);
}

#[test]
fn minutes_until_it_is_ready_are_counted_from_when_the_store_said_so() {
    let mut order = order(&[PLACED, CONFIRMED, (OrderState::Preparing, Actor::Store)]);
    let minutes = |order: &Order| match told(Fact::OrderPreparing, order, 0).0 {
        Some(Message::OrderPreparing { minutes, .. }) => minutes,
        _ => panic!("a preparation"),
    };
    assert_eq!(minutes(&order), None);
    order.ready_by = Some(at(12));
    assert_eq!(minutes(&order), Some(12));
    order.ready_by = Some(at(-1));
    assert_eq!(minutes(&order), None);
}
