use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::credit::{CreditEntry, CreditKind};
use crate::money::Rate;
use crate::order::{Action, Actor, Order, OrderLine, RefundedLine, Transition};
use crate::payment::{EntryKind, PaymentEntry, Provider};
use crate::pricing::{FeeKind, PricedLine, TaxMeasure, TaxShare, TaxTerm};
use crate::promotion::PromotionUse;
use crate::{Currency, LedgerEntryId, Money, ProductId, StoreId, UserId};

mod ground;
mod histories;

use ground::{at, capture, changed, order, postings};

#[test]
fn what_does_not_sum_to_zero_is_no_entry() {
    let fact = || Fact {
        kind: JournalKind::Adjustment,
        at: at(0),
        currency: Currency::Usd,
        order_id: None,
        store_id: None,
        provider: None,
        reference: "a".into(),
    };
    let mut lopsided = Postings::of(Account::Bank, Account::Goodwill, 100);
    lopsided.add(Account::Tips, 1);
    assert_eq!(JournalEntry::new(fact(), lopsided), Err(BookError::Unbalanced(1)));
    assert_eq!(JournalEntry::new(fact(), Postings::of(Account::Bank, Account::Tips, 0)), Err(BookError::Empty));
    let mut vast = Postings::of(Account::Bank, Account::Goodwill, i64::MAX);
    vast.add(Account::Bank, i64::MAX);
    vast.add(Account::Tips, i64::MIN + 1);
    assert_eq!(JournalEntry::new(fact(), vast), Err(BookError::TooLarge));
}

#[test]
fn what_was_tampered_with_is_not_read() {
    let entry = &journal(&changed(&order(), &[Action::Capture { amount: order().due() }]), &[]).unwrap()[0];
    let stored = serde_json::to_value(entry).unwrap();
    assert_eq!(&serde_json::from_value::<JournalEntry>(stored.clone()).unwrap(), entry);
    let mut other = stored.clone();
    other["postings"][0]["amount"] = 1.into();
    assert!(serde_json::from_value::<JournalEntry>(other).is_err());
    let mut renamed = stored;
    renamed["kind"] = "sale_reversed".into();
    assert!(serde_json::from_value::<JournalEntry>(renamed).is_err());
}

#[test]
fn every_account_is_read_as_it_is_written() {
    let store = StoreId::derive(&["store"]);
    let mut accounts = vec![
        Account::Receivable,
        Account::Clearing(Provider::Stripe),
        Account::Commission,
        Account::StoreFees,
        Account::Tax("us-ca.sales_tax".into()),
        Account::Deposits,
        Account::Tips,
        Account::Goodwill,
        Account::StoreCredit,
        Account::GiftCards,
        Account::CardSales,
        Account::Promotions,
        Account::Bank,
    ];
    accounts.extend([FeeKind::Delivery, FeeKind::Service, FeeKind::SmallOrder].map(Account::Fee));
    accounts.extend([StorePart::Goods, StorePart::Payouts].map(|part| Account::Store(store.clone(), part)));
    for account in accounts {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    for text in ["", "receivable:x", "clearing:", "store:sto_1:goods", "fee:tip", "tax:"] {
        assert!(text.parse::<Account>().is_err(), "{text}");
    }
}

#[test]
fn a_sale_gives_everybody_their_part() {
    let order = changed(&order(), &[Action::Capture { amount: order().due() }]);
    let entries = journal(&order, &[capture(&order)]).unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry.fact().kind).collect();
    assert!(kinds.contains(&JournalKind::Sale) && kinds.contains(&JournalKind::PaymentCaptured), "{kinds:?}");
    let sale = entries.iter().find(|entry| entry.fact().kind == JournalKind::Sale).unwrap();
    let store = order.store_id.as_str();
    // Two at 10.00, of which the platform took off 1.50 and the store 0.50; 15 % of what the goods bring the store, 19.50.
    let expected = [
        ("receivable".to_owned(), 2_776),
        ("promotions".to_owned(), 150),
        (format!("store:{store}:goods"), -2_000),
        (format!("store:{store}:promotions"), 50),
        (format!("store:{store}:commission"), 293),
        ("commission".to_owned(), -293),
        ("fee:delivery".to_owned(), -499),
        ("deposits".to_owned(), -20),
        ("tips".to_owned(), -300),
        ("tax:us-ca.sales_tax".to_owned(), -157),
    ];
    assert_eq!(postings(sale), expected.into_iter().collect::<BTreeMap<_, _>>());
}

#[test]
fn a_tax_within_the_price_is_no_income_of_the_store() {
    let mut order = order();
    order.taxes[0].included = true;
    order.lines[0].priced.tax = 0;
    order.lines[0].priced.total = 1_820;
    order.total -= 157;
    let order = changed(&order, &[Action::Capture { amount: order.due() }]);
    let sale = postings(&journal(&order, &[]).unwrap()[0]);
    let store = order.store_id.as_str();
    assert_eq!(sale[&format!("store:{store}:taxes")], 157);
    assert_eq!(sale["tax:us-ca.sales_tax"], -157);
    assert_eq!(sale["commission"], -269, "15 % of 20.00 − 0.50 − 1.57");
}

#[test]
fn an_order_that_came_to_nothing_leaves_no_entry() {
    for action in [Action::VoidPayment, Action::Expire, Action::Cancel { reason: String::new() }] {
        let over = changed(&order(), &[action]);
        let void = PaymentEntry { kind: EntryKind::Cancelled, ..capture(&over) };
        assert_eq!(journal(&over, &[void]).unwrap(), []);
    }
}

#[test]
fn an_order_without_a_rate_has_the_default_one() {
    let mut stored = serde_json::to_value(order()).unwrap();
    stored.as_object_mut().unwrap().remove("commission");
    stored["placedKey"] = at(0).to_string().into();
    let read: Order = serde_json::from_value(stored).unwrap();
    assert_eq!(read.commission.basis_points(), 1_500);
    assert!(Commission::try_from(Commission::MOST).is_ok());
    assert!(Commission::try_from(Commission::MOST + 1).is_err());
}

#[test]
fn a_store_without_a_tax_place_of_its_own_names_the_place_of_its_rules() {
    let mut order = order();
    order.taxes[0].id = "store.sales_tax".into();
    let sale = postings(&journal(&changed(&order, &[Action::Capture { amount: order.due() }]), &[]).unwrap()[0]);
    assert_eq!(sale["tax:us-ca.local_sales_tax"], -157);
}

#[test]
fn a_second_capture_and_a_refund_that_nobody_owes_are_found() {
    let paid = changed(&order(), &[Action::Capture { amount: order().due() }]);
    let first = capture(&paid);
    let second = PaymentEntry { reference: "pi_2".into(), ..first.clone() };
    let payments = [first.clone(), second];
    let written = journal(&paid, &payments).unwrap();
    let (findings, missing) = check(&paid, &payments, &written);
    let told: Vec<_> = findings.iter().map(|finding| (finding.kind, finding.amount)).collect();
    assert_eq!(told, [(FindingKind::Clearing, 2_776), (FindingKind::Receivable, -2_776)]);
    assert_eq!(missing, []);

    let given = PaymentEntry { kind: EntryKind::Refunded, reference: "re_1".into(), ..first.clone() };
    let given = PaymentEntry { money: Money::new(500, Currency::Usd), ..given };
    let noted = changed(&paid, &[Action::SettleRefund { refunded: 500 }]);
    let payments = [first, given];
    let mut written = journal(&noted, &payments).unwrap();
    let (findings, _) = check(&noted, &payments, &written);
    assert_eq!(findings.iter().map(|f| (f.kind, f.amount)).collect::<Vec<_>>(), [(FindingKind::Receivable, 500)]);
    // Somebody says that it was goodwill, and the books close.
    let goodwill = ManualEntry {
        kind: ManualKind::Goodwill,
        store_id: noted.store_id.clone(),
        order_id: Some(noted.id.clone()),
        money: Money::new(500, Currency::Usd),
        reference: "ticket-1".into(),
        at: at(99),
    };
    goodwill.sound().unwrap();
    written.push(goodwill.entry().unwrap());
    assert_eq!(check(&noted, &payments, &written), (vec![], vec![]));
}

#[test]
fn what_is_missing_and_what_nothing_tells_of_is_found() {
    let paid = changed(&order(), &[Action::Capture { amount: order().due() }]);
    let payments = [capture(&paid)];
    let written = journal(&paid, &payments).unwrap();
    let (findings, missing) = check(&paid, &payments, &written[1..]);
    assert_eq!(findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::Missing]);
    assert_eq!(missing, written[..1]);
    let cancelled = changed(&paid, &[Action::Cancel { reason: String::new() }]);
    let invented = journal(&cancelled, &payments).unwrap();
    let (findings, _) = check(&paid, &payments, &invented);
    assert!(findings.iter().any(|finding| finding.kind == FindingKind::Unexpected));
}

#[test]
fn a_gift_card_becomes_credit_and_credit_pays() {
    let moved = |kind, amount| CreditEntry {
        id: LedgerEntryId::derive(&["moved", &format!("{kind:?}")]),
        kind,
        money: Money::new(amount, Currency::Usd),
        order_id: None,
        actor: Some(UserId::derive(&["sam"])),
        note: Some("for Ada".into()),
        at: at(0),
    };
    let kinds = [CreditKind::CardIssued, CreditKind::Redeemed, CreditKind::Issued, CreditKind::CashedOut];
    let mut entries: Vec<_> = kinds.map(|kind| JournalEntry::of_credit(&moved(kind, 1_000)).unwrap().unwrap()).into();
    let by_credit = Order { credit: 2_000, ..order() };
    let paid = changed(&by_credit, &[Action::Capture { amount: 776 }]);
    entries.extend(journal(&paid, &[capture(&paid)]).unwrap());
    let balance = |account: &str| entries.iter().filter_map(|entry| postings(entry).remove(account)).sum::<i64>();
    assert_eq!((balance("gift_cards"), balance("store_credit"), balance("receivable")), (1_000, 0, 0));
    let told = serde_json::to_string(&entries[0]).unwrap();
    assert!(!told.contains("Ada") && !told.contains("usr_"), "{told}");
    for kind in [CreditKind::Spent, CreditKind::GivenBack] {
        assert_eq!(JournalEntry::of_credit(&moved(kind, 1)), Ok(None), "the order tells of it");
    }
}

#[test]
fn what_an_administrator_writes_is_bounded() {
    let entry = |kind, amount, reference: &str| ManualEntry {
        kind,
        store_id: StoreId::derive(&["store"]),
        order_id: None,
        money: Money::new(amount, Currency::Usd),
        reference: reference.into(),
        at: at(0),
    };
    assert!(entry(ManualKind::Payout, 10_000, "transfer-1").sound().is_ok());
    assert!(entry(ManualKind::Adjustment, -10, "ticket.2").sound().is_ok());
    let long = "x".repeat(61);
    for wrong in [
        entry(ManualKind::Payout, 0, "a"),
        entry(ManualKind::Payout, -1, "a"),
        entry(ManualKind::StoreFee, ManualEntry::MOST + 1, "a"),
        entry(ManualKind::Adjustment, i64::MIN, "a"),
        entry(ManualKind::Payout, 1, ""),
        entry(ManualKind::Payout, 1, "for Ada"),
        entry(ManualKind::Payout, 1, &long),
        entry(ManualKind::Goodwill, 1, "a"),
    ] {
        assert!(wrong.sound().is_err(), "{wrong:?}");
    }
}
