use super::*;
use crate::account::PersonName;
use crate::books::Commission;
use crate::catalog::Category;
use crate::geo::Point;
use crate::money::Rate;
use crate::pricing::{PricedLine, TaxMeasure, TaxShare};
use crate::stock::Take;
use crate::{AddressId, ProductId};
use proptest::prelude::*;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// Two ales at 10.00, 2.00 off, with deposit, tax, delivery and a tip: 27.76.
pub(crate) fn placed() -> Order {
    let priced = PricedLine {
        product_id: ProductId::derive(&["ale"]),
        name: "Pale Ale".into(),
        category: Category::Beer,
        quantity: 2,
        unit_price: 1_000,
        goods: 2_000,
        discount: 200,
        deposit: 20,
        tax: 157,
        total: 1_977,
        taxes: vec![TaxShare { tax: 0, base: 1_820, amount: 157 }],
    };
    Order {
        id: OrderId::derive(&["test"]),
        version: 1,
        state: OrderState::PendingPayment,
        customer_id: UserId::derive(&["ada"]),
        store_id: StoreId::derive(&["store"]),
        destination: Address {
            id: AddressId::derive(&["home"]),
            recipient: "Ada".parse::<PersonName>().unwrap(),
            line1: "1 Market St".into(),
            line2: None,
            city: "San Francisco".into(),
            region: "CA".into(),
            postal_code: "94105".into(),
            country: "US".into(),
            location: Point::new(37.79, -122.40).unwrap(),
            instructions: None,
        },
        currency: Currency::Usd,
        lines: vec![OrderLine { priced, takes: vec![Take { bucket: 0, quantity: 2 }], refunded: 0, counted_on: None }],
        discount: 200,
        delivery_fee: 499,
        service_fee: 0,
        small_order_fee: 0,
        tip: 300,
        total: 2_776,
        credit: 0,
        credit_back: 0,
        taxes: vec![TaxTerm { id: "us-ca.sales_tax".into(), measure: TaxMeasure::Rate(Rate(86_250)), included: false }],
        fee_taxes: vec![],
        promo_code: None,
        promotions: vec![],
        commission: Commission::default(),
        payment: PaymentSummary::default(),
        refunds: vec![],
        trace: Trace { rules: "us-ca@test".into(), passed: vec![] },
        request_hash: String::new(),
        placed_at: at(0),
        expires_at: at(600),
        ready_by: None,
        due: Some(Due { kind: DueKind::Expiry, at: at(600) }),
        timeline: vec![],
    }
}

fn changed(order: &Order, action: Action, second: i64) -> (Order, bool) {
    match order.apply(&action, Actor::System, at(second)) {
        Ok(Transition::Changed { order, gives_back }) => (*order, gives_back),
        other => panic!("{action:?} on {:?}: {other:?}", order.state),
    }
}

fn after(actions: &[Action]) -> Order {
    actions.iter().fold(placed(), |order, action| changed(&order, action.clone(), 1_000).0)
}

fn paid() -> Action {
    Action::Capture { amount: 2_776 }
}

fn accepted() -> Action {
    Action::Accept { preparation_minutes: 15 }
}

#[test]
fn an_order_goes_to_the_door() {
    let order = after(&[paid(), accepted(), Action::MarkReady, Action::PickUp, Action::HandOver]);
    assert_eq!(order.state, OrderState::Delivered);
    assert_eq!(order.payment.status, PaymentStatus::Paid);
    assert_eq!(order.due, None);
    assert_eq!(order.timeline.len(), 5);
}

#[test]
fn it_expires_only_when_its_window_has_ended_and_gives_its_bottles_back_once() {
    assert_eq!(placed().apply(&Action::Expire, Actor::System, at(599)), Err(Refusal::WindowOpen));
    let (expired, gives_back) = changed(&placed(), Action::Expire, 600);
    assert!(gives_back);
    assert_eq!(expired.payment.status, PaymentStatus::Void);
    assert_eq!(expired.apply(&Action::Expire, Actor::System, at(700)), Ok(Transition::Unchanged));
}

#[test]
fn money_that_comes_after_expiry_goes_back() {
    let (late, gives_back) = changed(&after(&[Action::Expire]), paid(), 1_200);
    assert!(!gives_back, "the bottles went back when it expired");
    assert_eq!((late.state, late.payment.refund_due), (OrderState::Expired, 2_776));
    let (settled, _) = changed(&late, Action::SettleRefund { refunded: 2_776 }, 1_300);
    assert_eq!((settled.payment.status, settled.due), (PaymentStatus::Refunded, None));
}

#[test]
fn a_paid_order_that_is_cancelled_owes_all_of_it() {
    for steps in [vec![paid()], vec![paid(), accepted()], vec![paid(), accepted(), Action::MarkReady]] {
        let (order, gives_back) = changed(&after(&steps), Action::Cancel { reason: "changed my mind".into() }, 2_000);
        assert!(gives_back);
        assert_eq!((order.payment.status, order.payment.refund_due), (PaymentStatus::RefundDue, 2_776));
    }
}

#[test]
fn after_a_refusal_at_the_door_the_goods_are_refunded_and_the_way_is_not() {
    let refuse = Action::Refuse { reason: "underage".into() };
    let returning = after(&[paid(), accepted(), Action::MarkReady, Action::PickUp, refuse]);
    assert!(returning.state.holds_stock());
    let (returned, gives_back) = changed(&returning, Action::Return, 3_000);
    assert!(gives_back);
    assert_eq!(returned.payment.refund_due, 2_776 - 499 - 300);
}

#[test]
fn an_order_on_its_way_cannot_be_cancelled_or_skipped_over() {
    let on_its_way = after(&[paid(), accepted(), Action::MarkReady, Action::PickUp]);
    let cancel = Action::Cancel { reason: String::new() };
    assert!(on_its_way.apply(&cancel, Actor::Customer, at(2_000)).is_err());
    assert!(placed().apply(&Action::HandOver, Actor::Courier, at(1)).is_err());
    assert!(after(&[paid()]).apply(&Action::PickUp, Actor::Courier, at(1)).is_err());
}

#[test]
fn another_amount_than_the_orders_ends_it_and_goes_back() {
    let (order, gives_back) = changed(&placed(), Action::Capture { amount: 100 }, 10);
    assert!(gives_back);
    assert_eq!((order.state, order.payment.refund_due), (OrderState::Cancelled, 100));
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => Just(paid()),
        1 => (1_i64..5_000).prop_map(|amount| Action::Capture { amount }),
        1 => Just(Action::VoidPayment),
        2 => (1_i64..5_000).prop_map(|refunded| Action::SettleRefund { refunded }),
        2 => Just(Action::Expire),
        2 => Just(Action::Cancel { reason: String::new() }),
        3 => Just(accepted()),
        1 => Just(Action::Reject { reason: String::new() }),
        3 => Just(Action::MarkReady),
        3 => Just(Action::PickUp),
        3 => Just(Action::HandOver),
        2 => Just(Action::Refuse { reason: String::new() }),
        2 => Just(Action::Return),
    ]
}

proptest! {
    /// Whatever comes in whatever order, with everything repeated: stock is given back at most once and never after the
    /// sale, money is never refunded beyond what was captured, and a settled order owes nothing.
    #[test]
    fn no_storm_of_actions_breaks_the_books(actions in prop::collection::vec(any_action(), 0..40)) {
        let mut order = placed();
        let mut given_back = 0;
        for (second, action) in actions.iter().enumerate() {
            let now = at(second as i64 * 60);
            let Ok(Transition::Changed { order: next, gives_back }) = order.apply(action, Actor::System, now) else { continue };
            prop_assert_eq!(next.version, order.version + 1);
            prop_assert_eq!(gives_back, order.state.holds_stock() && !next.state.holds_stock() && next.state != OrderState::Delivered);
            given_back += usize::from(gives_back);
            order = *next;
            prop_assert!(order.payment.refunded <= order.payment.captured);
            prop_assert!(order.payment.refunded + order.payment.refund_due <= order.payment.captured);
            prop_assert_eq!(order.payment.status == PaymentStatus::RefundDue, order.payment.refund_due > 0);
            prop_assert_eq!(order.due.is_some(), order.state == OrderState::PendingPayment || order.payment.refund_due > 0);
        }
        prop_assert!(given_back <= 1);
        prop_assert!(order.state != OrderState::Delivered || (given_back == 0 && order.payment.captured == order.total));
    }
}

fn refund(quantity: u32) -> Action {
    let lines = vec![RefundedLine { product_id: ProductId::derive(&["ale"]), quantity }];
    Action::RefundLines { lines, reason: "broken".into() }
}

#[test]
fn broken_bottles_are_paid_back_and_the_rest_stays_paid() {
    let paid = after(&[Action::Capture { amount: 2_776 }]);
    let (one, gives_back) = changed(&paid, refund(1), 1_000);
    // 10.00 less 1.00, with 0.10 of deposit and 0.78 of the tax of 1.57.
    assert_eq!((one.payment.refund_due, one.lines[0].refunded, gives_back), (988, 1, false));
    assert_eq!(one.state, OrderState::Confirmed);
    assert_eq!(one.apply(&refund(1), Actor::Support, at(1_001)), Ok(Transition::Unchanged), "the same click twice");
    assert_eq!(one.apply(&refund(2), Actor::Support, at(1_001)), Err(Refusal::RefundPending));
    let cancel = Action::Cancel { reason: "late".into() };
    assert_eq!(one.apply(&cancel, Actor::Customer, at(1_001)), Err(Refusal::RefundPending));

    let (settled, _) = changed(&one, Action::SettleRefund { refunded: 988 }, 1_002);
    assert_eq!((settled.payment.status, settled.due), (PaymentStatus::Paid, None));
    let (both, _) = changed(&settled, refund(2), 1_003);
    assert_eq!(both.payment.refund_due, 1_977 - 988, "the parts are the line");
    let (settled, _) = changed(&both, Action::SettleRefund { refunded: 1_977 }, 1_004);
    // What is left is the delivery and the tip: they go back with the rest when the order is cancelled.
    let (cancelled, _) = changed(&settled, cancel, 1_005);
    assert_eq!(cancelled.payment.refund_due, 2_776 - 1_977);
}

#[test]
fn what_was_not_bought_or_not_paid_is_not_paid_back() {
    let paid = after(&[Action::Capture { amount: 2_776 }]);
    assert_eq!(paid.apply(&refund(3), Actor::Support, at(1)), Err(Refusal::NotInOrder));
    let wrong =
        |order: &Order| matches!(order.apply(&refund(1), Actor::Support, at(1)), Err(Refusal::WrongState { .. }));
    assert!(wrong(&placed()));
    assert!(wrong(&after(&[Action::Capture { amount: 2_776 }, Action::Cancel { reason: "no".into() }])));
    let one = changed(&paid, refund(2), 1).0;
    let settled = changed(&one, Action::SettleRefund { refunded: 1_977 }, 2).0;
    assert_eq!(settled.apply(&refund(1), Actor::Support, at(3)), Err(Refusal::RefundedBefore));
}

#[test]
fn a_line_is_read_as_it_was_stored() {
    let shares = [TaxShare { tax: 0, base: 1_820, amount: 157 }, TaxShare { tax: 1, base: 750, amount: 283 }];
    for taxes in [&shares[..0], &shares[..1], &shares[1..], &shares[..]] {
        let mut line = placed().lines.remove(0);
        line.priced.taxes = taxes.to_vec();
        line.priced.tax = taxes.iter().map(|share| share.amount).sum();
        line.priced.total = 1_820 + line.priced.tax;
        let read: OrderLine = serde_json::from_value(serde_json::to_value(&line).unwrap()).unwrap();
        assert_eq!(read, line);
    }
}

fn with_credit(credit: i64) -> Order {
    Order { credit, ..placed() }
}

#[test]
fn credit_pays_first_and_comes_back_once() {
    let part = with_credit(1_000);
    assert_eq!(part.due(), 1_776);
    assert!(part.apply(&Action::CoverWithCredit, Actor::System, at(1)).is_err());
    let (paid, _) = changed(&part, Action::Capture { amount: 1_776 }, 1);
    assert_eq!(paid.state, OrderState::Confirmed);
    let cancel = Action::Cancel { reason: "late".into() };
    let (cancelled, _) = changed(&paid, cancel.clone(), 2);
    assert_eq!((cancelled.payment.refund_due, cancelled.credit_back), (1_776, 1_000));
    assert_eq!(cancelled.apply(&cancel, Actor::Customer, at(3)), Ok(Transition::Unchanged));
    let (expired, _) = changed(&part, Action::Expire, 1_000);
    assert_eq!((expired.payment.refund_due, expired.credit_back), (0, 1_000));

    let (covered, _) = changed(&with_credit(2_776), Action::CoverWithCredit, 1);
    assert_eq!((covered.state, covered.payment.status), (OrderState::Confirmed, PaymentStatus::Paid));
    let steps =
        [accepted(), Action::MarkReady, Action::PickUp, Action::Refuse { reason: "absent".into() }, Action::Return];
    let returned = steps.into_iter().fold(covered, |order, action| changed(&order, action, 9).0);
    assert_eq!(returned.credit_back, 2_776 - 499 - 300, "delivery and tip stay paid");
}

#[test]
fn broken_bottles_are_paid_back_in_money_first() {
    let (paid, _) = changed(&with_credit(2_000), Action::Capture { amount: 776 }, 1);
    let (one, _) = changed(&paid, refund(1), 2);
    assert_eq!((one.payment.refund_due, one.credit_back), (776, 988 - 776));
    let (settled, _) = changed(&one, Action::SettleRefund { refunded: 776 }, 3);
    let (both, _) = changed(&settled, refund(2), 4);
    assert_eq!((both.payment.refund_due, both.credit_back), (0, 1_977 - 776));
}
