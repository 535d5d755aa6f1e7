//! Orders and payments that tests of the books begin with.

use super::*;
pub(super) use crate::order::tests::at;
use crate::order::tests::placed;

/// The order of the order's own tests, of whose reduction the platform pays 1.50.
pub fn order() -> Order {
    Order { promotions: vec![used("TENOFF", 150, false)], due: None, ..placed() }
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
