use std::cell::{Cell, RefCell};

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::order::{Action, Actor, Order, OrderState, Transition};
use sipstr_domain::payment::{EntryKind, PaymentEntry, PaymentStatus, PaymentSummary, Provider};
use sipstr_domain::{Currency, Money, OrderId};
use sipstr_payments::fake::FakeProvider;
use sipstr_payments::{NewPayment, PaymentError, PaymentProvider, Status};
use sipstr_storage::StorageError;
use sipstr_testkit::sample;

use super::*;

const TOTAL: i64 = 4_598;

/// The ledger in memory. It can lose one write, as when the function dies before it.
#[derive(Default)]
struct Memory {
    entries: RefCell<Vec<PaymentEntry>>,
    loses_next: Cell<bool>,
}

impl Ledger for Memory {
    async fn of_order(&self, order: &OrderId) -> Result<Vec<PaymentEntry>, StorageError> {
        Ok(self.entries.borrow().iter().filter(|entry| entry.order_id == *order).cloned().collect())
    }

    async fn append(&self, entry: &PaymentEntry) -> Result<bool, StorageError> {
        if self.loses_next.take() {
            return Err(StorageError::Unavailable("lost".into()));
        }
        let mut entries = self.entries.borrow_mut();
        let known = entries.iter().any(|e| e.kind == entry.kind && e.reference == entry.reference);
        if !known {
            entries.push(entry.clone());
        }
        Ok(!known)
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn placed() -> Order {
    Order { tip: 300, ..sample::order(at(0)) }
}

/// The other side of the stream: the order, the ledger and the provider together.
struct World {
    order: Order,
    ledger: Memory,
    provider: FakeProvider,
    now: Timestamp,
}

impl World {
    async fn new() -> Self {
        let world =
            Self { order: placed(), ledger: Memory::default(), provider: FakeProvider::default(), now: at(700) };
        let money = world.order.total_money();
        world.provider.create(&NewPayment { order_id: world.order.id.clone(), money }).await.unwrap();
        world
    }

    fn does(&mut self, action: Action) {
        if let Transition::Changed { order, .. } = self.order.apply(&action, Actor::System, self.now).unwrap() {
            self.order = *order;
        }
    }

    async fn settle(&self) -> Result<Settled, SettlementError> {
        settle(&self.order, &self.ledger, &self.provider, self.now).await
    }

    /// What the stream tells the order of the ledger.
    fn stream(&mut self) {
        let entries = self.ledger.entries.borrow().clone();
        for action in untold(&self.order, &entries) {
            self.does(action);
        }
    }

    fn kinds(&self) -> Vec<EntryKind> {
        self.ledger.entries.borrow().iter().map(|entry| entry.kind).collect()
    }

    fn reference(&self) -> String {
        self.provider.payment_of(&self.order.id).unwrap().reference
    }

    fn refunded(&self) -> i64 {
        self.provider.refunded(&self.reference())
    }

    /// Paid, and the order knows.
    async fn paid() -> Self {
        let mut world = Self::new().await;
        world.provider.pay(&world.order.id);
        ask(&world.order, &world.ledger, &world.provider, world.now).await.unwrap();
        world.stream();
        assert_eq!(world.order.state, OrderState::Confirmed);
        world
    }
}

#[tokio::test]
async fn an_expired_order_can_no_longer_be_paid() {
    let mut world = World::new().await;
    world.does(Action::Expire);
    assert_eq!(world.settle().await.unwrap(), Settled::Voided);
    assert_eq!(world.provider.payment_of(&world.order.id).unwrap().status, Status::Cancelled);
    assert_eq!(world.settle().await.unwrap(), Settled::Already, "repeated");
    assert_eq!(world.kinds(), [EntryKind::Cancelled]);
    assert_eq!(untold(&world.order, &world.ledger.entries.borrow()), [], "it is over already");
}

#[tokio::test]
async fn an_order_that_expired_without_ever_having_had_a_payment_is_voided_too() {
    let mut world = World { provider: FakeProvider::default(), ..World::new().await };
    world.does(Action::Expire);
    assert_eq!(world.settle().await.unwrap(), Settled::Voided);
    assert_eq!(world.provider.payment_of(&world.order.id).unwrap().status, Status::Cancelled);
}

#[tokio::test]
async fn what_was_paid_as_the_window_closed_is_found_and_given_back_once() {
    let mut world = World::new().await;
    world.provider.pay(&world.order.id);
    world.does(Action::Expire);
    assert_eq!(world.settle().await.unwrap(), Settled::CaptureFound);
    assert_eq!(world.settle().await.unwrap(), Settled::Already, "the stream has not told the order yet");
    world.stream();
    assert_eq!(world.order.payment.refund_due, TOTAL);
    assert_eq!(world.settle().await.unwrap(), Settled::Refunded);
    assert_eq!(world.settle().await.unwrap(), Settled::Already, "the stream has not told the order yet");
    world.stream();
    assert_eq!(world.order.payment.status, PaymentStatus::Refunded);
    assert_eq!(world.refunded(), TOTAL);
    assert_eq!(world.kinds(), [EntryKind::Captured, EntryKind::Refunded]);
}

#[tokio::test]
async fn a_crash_after_the_provider_acted_is_healed_by_the_repeat() {
    let mut world = World::paid().await;
    world.does(Action::Cancel { reason: "changed my mind".into() });
    world.ledger.loses_next.set(true);
    assert!(world.settle().await.is_err());
    assert_eq!(world.settle().await.unwrap(), Settled::Refunded);
    assert_eq!(world.refunded(), TOTAL, "one refund");

    let mut world = World::new().await;
    world.does(Action::Expire);
    world.ledger.loses_next.set(true);
    assert!(world.settle().await.is_err());
    assert_eq!(world.settle().await.unwrap(), Settled::Voided);
    assert_eq!(world.kinds(), [EntryKind::Cancelled]);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_leaves_everything_to_the_repeat() {
    let mut world = World::paid().await;
    world.does(Action::Cancel { reason: "changed my mind".into() });
    world.provider.fail_next(PaymentError::RateLimited { retry_after: None });
    assert!(matches!(world.settle().await, Err(SettlementError::Provider(_))));
    assert_eq!((world.kinds(), world.refunded()), (vec![EntryKind::Captured], 0));
    assert_eq!(world.settle().await.unwrap(), Settled::Refunded);
}

#[tokio::test]
async fn a_capture_that_the_ledger_lacks_is_found_before_it_is_refunded() {
    let mut world = World::paid().await;
    world.ledger.entries.borrow_mut().clear();
    world.does(Action::Cancel { reason: "changed my mind".into() });
    assert_eq!(world.settle().await.unwrap(), Settled::Refunded);
    assert_eq!(world.kinds(), [EntryKind::Captured, EntryKind::Refunded]);
}

#[tokio::test]
async fn an_order_that_says_paid_where_the_provider_says_otherwise_is_an_error() {
    let mut world = World::new().await;
    world.does(Action::Capture { amount: TOTAL });
    world.does(Action::Cancel { reason: "changed my mind".into() });
    assert!(matches!(world.settle().await, Err(SettlementError::NotCaptured)));
    assert_eq!(world.kinds(), []);
}

#[tokio::test]
async fn a_payment_is_not_looked_up_by_a_key_that_the_provider_has_forgotten() {
    let mut world = World::new().await;
    world.does(Action::Expire);
    world.now = world.order.placed_at + SignedDuration::from_hours(25);
    assert!(matches!(world.settle().await, Err(SettlementError::Forgotten)));

    let mut world = World::paid().await;
    world.does(Action::Cancel { reason: "changed my mind".into() });
    world.now = world.order.placed_at + SignedDuration::from_hours(25);
    assert_eq!(world.settle().await.unwrap(), Settled::Refunded, "by the reference it is found at any age");
}

#[tokio::test]
async fn a_lost_webhook_is_made_up_for_before_the_order_expires() {
    let mut world = World::new().await;
    let unpaid = ask(&world.order, &world.ledger, &world.provider, at(300)).await.unwrap();
    assert_eq!(unpaid, []);
    world.provider.pay(&world.order.id);
    let paid = ask(&world.order, &world.ledger, &world.provider, at(590)).await.unwrap();
    assert_eq!(untold(&world.order, &paid), [Action::Capture { amount: TOTAL }]);
    world.stream();
    assert_eq!(world.order.state, OrderState::Confirmed);
    assert_eq!(world.settle().await.unwrap(), Settled::Already);
}

fn entry(kind: EntryKind, reference: &str, amount: i64) -> PaymentEntry {
    PaymentEntry {
        order_id: placed().id,
        kind,
        provider: Provider::Stripe,
        reference: reference.into(),
        money: Money::new(amount, Currency::Usd),
        at: at(1),
    }
}

fn owing(captured: i64, refunded: i64, refund_due: i64) -> Order {
    let payment = PaymentSummary { status: PaymentStatus::RefundDue, captured, refunded, refund_due };
    Order { state: OrderState::Returned, payment, ..placed() }
}

fn refund(step: Step) -> sipstr_payments::NewRefund {
    match step {
        Step::Refund(refund) => refund,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_debt_is_the_same_refund_and_a_later_debt_another() {
    let captured = [entry(EntryKind::Captured, "pi_1", TOTAL)];
    let first = refund(next(&owing(TOTAL, 0, 1_000), &captured));
    assert_eq!(first, refund(next(&owing(TOTAL, 0, 1_000), &captured)));
    assert_eq!((first.reference.as_str(), first.money.amount), ("pi_1", 1_000));

    let refunded = [captured[0].clone(), entry(EntryKind::Refunded, "re_1", 1_000)];
    let second = refund(next(&owing(TOTAL, 1_000, 500), &refunded));
    assert_eq!(second.money.amount, 500);
    assert_ne!(first.refund_id, second.refund_id);
}

#[test]
fn what_the_ledger_knows_to_have_gone_back_is_not_given_back_again() {
    let entries = [entry(EntryKind::Captured, "pi_1", TOTAL), entry(EntryKind::Refunded, "re_1", 1_000)];
    assert_eq!(next(&owing(TOTAL, 0, 1_000), &entries), Step::Nothing);
    assert_eq!(refund(next(&owing(TOTAL, 0, 1_500), &entries)).money.amount, 500);
    assert_eq!(untold(&owing(TOTAL, 0, 1_000), &entries), [Action::SettleRefund { refunded: 1_000 }]);
}

#[test]
fn nothing_is_done_about_an_order_that_is_under_way() {
    let paid = PaymentSummary { status: PaymentStatus::Paid, captured: TOTAL, ..PaymentSummary::default() };
    for state in OrderState::ALL {
        let order = Order { state, payment: paid.clone(), ..placed() };
        assert_eq!(next(&order, &[]), Step::Nothing, "{state:?}");
    }
    assert_eq!(next(&placed(), &[]), Step::Nothing, "its window is open");
}

#[test]
fn a_failed_attempt_decides_nothing() {
    let failed = [entry(EntryKind::Failed, "pi_1/ch_1", TOTAL)];
    assert_eq!(untold(&placed(), &failed), []);
    assert_eq!(next(&Order { state: OrderState::Expired, ..placed() }, &failed), Step::Void);
    let cancelled = [failed[0].clone(), entry(EntryKind::Cancelled, "pi_1", TOTAL)];
    assert_eq!(untold(&placed(), &cancelled), [Action::VoidPayment]);
}
