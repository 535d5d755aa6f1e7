//! Orders and payments that tests of the books begin with.

use super::*;
use crate::account::{Address, PersonName};
use crate::catalog::Category;
use crate::compliance::Trace;
use crate::geo::Point;
use crate::order::OrderState;
use crate::payment::PaymentSummary;
use crate::{AddressId, OrderId};

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// Two ales at 10.00, 2.00 off (1.50 by the platform's promotion), with deposit, tax, delivery and a tip: 27.76.
pub fn order() -> Order {
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
        id: OrderId::derive(&["books"]),
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
        lines: vec![OrderLine { priced, takes: vec![], refunded: 0, counted_on: None }],
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
        promotions: vec![used("TENOFF", 150, false)],
        commission: Commission::default(),
        payment: PaymentSummary::default(),
        refunds: vec![],
        trace: Trace { rules: "us-ca@test".into(), passed: vec![] },
        request_hash: String::new(),
        placed_at: at(0),
        expires_at: at(600),
        ready_by: None,
        due: None,
        timeline: vec![],
    }
}

pub fn used(code: &str, off: i64, store_pays: bool) -> PromotionUse {
    let code = code.to_owned().try_into().unwrap();
    PromotionUse { code, off, unique: None, counted: false, budgeted: false, per_customer: None, store_pays }
}

pub fn changed(order: &Order, actions: &[Action]) -> Order {
    actions.iter().fold(order.clone(), |order, action| match order.apply(action, Actor::System, at(1_000)) {
        Ok(Transition::Changed { order, .. }) => *order,
        other => panic!("{action:?} on {:?}: {other:?}", order.state),
    })
}

/// The capture of what the order has captured, or of what it waits for.
pub fn capture(order: &Order) -> PaymentEntry {
    PaymentEntry {
        order_id: order.id.clone(),
        kind: EntryKind::Captured,
        provider: Provider::Stripe,
        reference: "pi_1".into(),
        money: order.due_money(),
        at: at(5),
    }
}

pub fn postings(entry: &JournalEntry) -> BTreeMap<String, i64> {
    entry.postings().iter().map(|posting| (posting.account.to_string(), posting.amount)).collect()
}
