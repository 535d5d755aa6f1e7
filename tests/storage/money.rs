//! The payments ledger: what a provider reports is one entry, however often it is reported.

use sipstr_domain::payment::{EntryKind, PaymentEntry, Provider};
use sipstr_domain::{Currency, Money, OrderId};
use sipstr_storage::payments::{Payments, sum};

use crate::ground::{Ground, at_once, now};

#[tokio::test]
async fn fifty_reports_of_a_capture_are_one_entry() {
    let ground = Ground::new().await;
    let payments = Payments::new(ground.db.clone(), ground.table("payments"));
    let order = OrderId::new();
    let entry = |kind, reference: &str, amount| PaymentEntry {
        order_id: order.clone(),
        kind,
        provider: Provider::Stripe,
        reference: reference.to_owned(),
        money: Money::new(amount, Currency::Usd),
        at: now(),
    };
    let capture = entry(EntryKind::Captured, "pi_1", 2_000);
    let new = at_once(50, |_| async { payments.append(&capture).await.unwrap() }).await;
    assert_eq!(new.iter().filter(|new| **new).count(), 1);

    // The same payment may be authorised too, and two refunds are two entries.
    for other in [
        entry(EntryKind::Authorised, "pi_1", 2_000),
        entry(EntryKind::Refunded, "re_1", 500),
        entry(EntryKind::Refunded, "re_2", 700),
    ] {
        assert!(payments.append(&other).await.unwrap());
        assert!(!payments.append(&other).await.unwrap());
    }
    let entries = payments.of_order(&order).await.unwrap();
    assert_eq!(entries.len(), 4);
    assert_eq!((sum(&entries, EntryKind::Captured), sum(&entries, EntryKind::Refunded)), (2_000, 1_200));
    assert_eq!(payments.of_order(&OrderId::new()).await.unwrap(), []);
}
