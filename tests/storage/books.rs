//! The books: a fact is one entry, whoever tells it and however often, and every list shows it once.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::books::{
    Account, Commission, Fact, Finding, FindingKind, JournalEntry, JournalKind, ManualEntry, ManualKind, Postings,
    check, journal,
};
use sipstr_domain::credit::{CreditEntry, CreditKind, GiftCard};
use sipstr_domain::order::{Action, Actor, Order, RefundedLine};
use sipstr_domain::payment::{EntryKind, PaymentEntry, Provider};
use sipstr_domain::{Currency, LedgerEntryId, Money, OrderId, StoreId, UserId};
use sipstr_storage::books::{Books, Closing, FoundIn, Source, Span};
use sipstr_storage::credits::{Credits, Emptied, Given};
use sipstr_storage::orders::Advance;
use sipstr_storage::payments::Payments;
use sipstr_storage::placing::Placed;
use sipstr_storage::stores::Stores;

use crate::ground::{Ground, at_once};

fn books(ground: &Ground) -> Books {
    Books::new(ground.db.clone(), ground.table("books"))
}

fn noon(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn capture(order: &OrderId, store: &StoreId, reference: &str, amount: i64, at: Timestamp) -> JournalEntry {
    let fact = Fact {
        kind: JournalKind::PaymentCaptured,
        at,
        currency: Currency::Usd,
        order_id: Some(order.clone()),
        store_id: Some(store.clone()),
        provider: Some(Provider::Stripe),
        reference: reference.to_owned(),
    };
    let postings = Postings::of(Account::Clearing(Provider::Stripe), Account::Receivable, amount);
    JournalEntry::new(fact, postings).unwrap()
}

/// All entries of a span, read in slices of so many.
async fn all(books: &Books, source: &Source, span: Span, limit: usize) -> Vec<JournalEntry> {
    let mut entries = Vec::new();
    let mut rest = span.clone();
    loop {
        let slice = books.newest(source, rest, limit, &|_| true).await.unwrap();
        assert!(slice.entries.len() <= limit);
        entries.extend(slice.entries);
        match slice.next {
            Some(next) => rest = span.clone().after(next),
            None => return entries,
        }
    }
}

#[tokio::test]
async fn fifty_tellings_of_a_fact_are_one_entry() {
    let ground = Ground::new().await;
    let books = books(&ground);
    let (order, store, at) = (OrderId::new(), StoreId::new(), noon("2011-03-01"));
    let entry = capture(&order, &store, "pi_1", 2_000, at);
    let new = at_once(50, |_| async { books.append(&entry).await.unwrap() }).await;
    assert_eq!(new.iter().filter(|new| **new).count(), 1);
    assert!(books.append(&capture(&order, &store, "pi_2", 2_000, at)).await.unwrap(), "another fact");
    // What is told differently later changes nothing: the first word counts.
    assert!(!books.append(&capture(&order, &store, "pi_1", 1, at)).await.unwrap());
    let written = books.of_order(&order).await.unwrap();
    assert_eq!((written.entries.len(), written.unreadable), (2, 0));
    assert!(written.entries.contains(&entry));
    assert_eq!(books.of_fact(entry.fact()).await.unwrap(), Some(entry));
    assert_eq!(books.of_order(&OrderId::new()).await.unwrap().entries, []);
}

#[tokio::test]
async fn an_entry_that_was_tampered_with_is_counted_and_not_shown() {
    let ground = Ground::new().await;
    let books = books(&ground);
    let (order, store, at) = (OrderId::new(), StoreId::new(), noon("2011-03-02"));
    let entry = capture(&order, &store, "pi_1", 2_000, at);
    books.append(&entry).await.unwrap();
    let update = ground.db.update_item().table_name(ground.table("books"));
    let update = update.key("pk", aws_sdk_dynamodb::types::AttributeValue::S(order.to_string()));
    let update = update.key("sk", aws_sdk_dynamodb::types::AttributeValue::S(format!("ENTRY#{}", entry.id())));
    let update = update.update_expression("SET postings[0].amount = :n");
    let one = aws_sdk_dynamodb::types::AttributeValue::N("1".into());
    update.expression_attribute_values(":n", one).send().await.unwrap();
    let written = books.of_order(&order).await.unwrap();
    assert_eq!((written.entries.len(), written.unreadable), (0, 1));
    let (before, after) = (at - SignedDuration::from_secs(9), at + SignedDuration::from_secs(9));
    let others = [before, after].map(|at| capture(&OrderId::new(), &store, "pi_1", 100, at));
    for other in &others {
        books.append(other).await.unwrap();
    }
    let around = Span::between(before, after + SignedDuration::from_secs(1));
    for limit in [1, 10] {
        let listed = all(&books, &Source::Store(store.clone()), around.clone(), limit).await;
        assert_eq!(listed, [others[1].clone(), others[0].clone()], "by {limit}");
    }
}

#[tokio::test]
async fn days_stores_and_orders_list_each_entry_once_newest_first() {
    let ground = Ground::new().await;
    let books = books(&ground);
    let (mine, other) = (StoreId::new(), StoreId::new());
    // Two days with one between on which nothing was sold; of a second several entries, some at the same instant.
    let mut told = Vec::new();
    for (number, day) in ["2011-04-01", "2011-04-03"].into_iter().enumerate() {
        for second in 0..15_i64 {
            let at = noon(day) + SignedDuration::from_millis(500 * (second / 2));
            let store = if second % 3 == 0 { &other } else { &mine };
            told.push(capture(&OrderId::new(), store, &format!("pi_{number}_{second}"), 100 + second, at));
        }
    }
    at_once(told.len(), |number| {
        let (books, entry) = (&books, &told[number]);
        async move { books.append(entry).await.unwrap() }
    })
    .await;
    let newest_first = |store: Option<&StoreId>| {
        let mut of: Vec<&JournalEntry> =
            told.iter().filter(|entry| store.is_none() || entry.fact().store_id.as_ref() == store).collect();
        of.sort_by_key(|entry| std::cmp::Reverse((entry.fact().at, entry.id().suffix().to_owned())));
        of.into_iter().cloned().collect::<Vec<_>>()
    };
    let spring = Span::between(noon("2011-03-31"), noon("2011-04-05"));
    for limit in [1, 4, 7, 100] {
        assert_eq!(all(&books, &Source::All, spring.clone(), limit).await, newest_first(None), "by {limit}");
        let of_mine = all(&books, &Source::Store(mine.clone()), spring.clone(), limit).await;
        assert_eq!(of_mine, newest_first(Some(&mine)), "by {limit}");
    }
    // Its first instant belongs to a span, its last one does not.
    let (first, last) = (noon("2011-04-01"), noon("2011-04-01") + SignedDuration::from_millis(500));
    let found = all(&books, &Source::All, Span::between(first, last), 10).await;
    assert_eq!(found.iter().map(|entry| entry.fact().at).collect::<Vec<_>>(), [first, first]);
    let order = told[3].fact().order_id.clone().unwrap();
    assert_eq!(all(&books, &Source::Order(order.clone()), spring, 10).await, [told[3].clone()]);
    assert_eq!(all(&books, &Source::Order(order), Span::between(noon("2012-01-01"), noon("2012-01-02")), 10).await, []);
    let wanted = |entry: &JournalEntry| entry.amount() == 114;
    let span = Span::between(noon("2011-03-31"), noon("2011-04-05"));
    let slice = books.newest(&Source::All, span, 10, &wanted).await.unwrap();
    assert_eq!(slice.entries.len(), 2, "one on each day");
}

#[tokio::test]
async fn a_long_time_without_entries_is_looked_through_in_slices() {
    let ground = Ground::new().await;
    let books = books(&ground);
    let entry = capture(&OrderId::new(), &StoreId::new(), "pi_old", 100, noon("2010-01-02"));
    books.append(&entry).await.unwrap();
    let span = Span::between(noon("2010-01-01"), noon("2010-03-20"));
    let first = books.newest(&Source::All, span.clone(), 10, &|_| true).await.unwrap();
    assert_eq!((first.entries.len(), first.next.is_some()), (0, true));
    assert_eq!(all(&books, &Source::All, span, 10).await, [entry]);
}

#[tokio::test]
async fn what_an_administrator_writes_twice_is_there_once() {
    let ground = Ground::new().await;
    let books = books(&ground);
    let store = StoreId::new();
    let payout = |amount| {
        let money = Money::new(amount, Currency::Usd);
        let (store_id, reference) = (store.clone(), "transfer-1".to_owned());
        ManualEntry { kind: ManualKind::Payout, store_id, order_id: None, money, reference, at: noon("2011-05-01") }
            .entry()
            .unwrap()
    };
    assert!(books.append(&payout(5_000)).await.unwrap());
    assert!(!books.append(&payout(5_000)).await.unwrap());
    assert!(!books.append(&payout(7_000)).await.unwrap());
    assert_eq!(books.of_fact(payout(7_000).fact()).await.unwrap(), Some(payout(5_000)));
}

#[tokio::test]
async fn a_closing_is_listed_with_what_it_found() {
    let ground = Ground::new().await;
    let books = books(&ground);
    let closing = Timestamp::now();
    let finding =
        Finding { order_id: OrderId::new(), kind: FindingKind::Receivable, currency: Some("USD".into()), amount: 5 };
    let found = FoundIn { closing, finding };
    assert!(books.find(&found).await.unwrap());
    assert!(!books.find(&found).await.unwrap());
    let done = Closing { at: closing, orders: 3, entries: 9, written: 0, findings: 1 };
    assert!(books.close(&done).await.unwrap());
    assert_eq!(books.last_closing().await.unwrap(), Some(done));
    let page = books.findings(closing, 10, None).await.unwrap();
    assert_eq!((page.items, page.next), (vec![found], None));
}

/// What `books-on-order` does when it hears of an order.
async fn enter(ground: &Ground, id: &OrderId) -> (Order, Vec<PaymentEntry>) {
    let order = ground.orders().get(id).await.unwrap().unwrap();
    let payments = Payments::new(ground.db.clone(), ground.table("payments")).of_order(id).await.unwrap();
    for entry in journal(&order, &payments).unwrap() {
        books(ground).append(&entry).await.unwrap();
    }
    (order, payments)
}

#[tokio::test]
async fn an_order_from_the_shelf_to_its_refund_closes() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let (ale, gin) = (ground.stock(&store, 9, 1).await, ground.stock(&store, 9, 1).await);
    let mut wish = ground.wish(&store, &[(&ale, 3), (&gin, 1)]).await;
    (wish.order.total, wish.order.commission) = (4_000 + 499, Commission::try_from(1_010).unwrap());
    let Placed::New(placed) = ground.placing().place(wish).await.unwrap() else { panic!("it is placed") };
    let (id, orders, payments) =
        (placed.id.clone(), ground.orders(), Payments::new(ground.db.clone(), ground.table("payments")));
    assert_eq!(enter(&ground, &id).await.1, []);
    let reported = |kind, reference: &str, amount| PaymentEntry {
        order_id: id.clone(),
        kind,
        provider: Provider::Stripe,
        reference: reference.to_owned(),
        money: Money::new(amount, Currency::Usd),
        at: Timestamp::now(),
    };
    // The provider's report is heard of before the order knows of it.
    payments.append(&reported(EntryKind::Captured, "pi_1", 4_499)).await.unwrap();
    enter(&ground, &id).await;
    let two = vec![RefundedLine { product_id: ale.clone(), quantity: 2 }];
    let give_back = ground.give_back();
    let act = |action: Action| {
        let (orders, give_back, id) = (&orders, &give_back, &id);
        async move {
            let moved = orders.advance(give_back, id, &action, Actor::System, Timestamp::now()).await.unwrap();
            let Advance::Changed(order) = moved else { panic!("{action:?}: {moved:?}") };
            order
        }
    };
    act(Action::Capture { amount: 4_499 }).await;
    let due = act(Action::RefundLines { lines: two, reason: "broken".into() }).await.payment.refund_due;
    assert_eq!(due, 2_000);
    at_once(8, |_| enter(&ground, &id)).await;
    payments.append(&reported(EntryKind::Refunded, "re_1", due)).await.unwrap();
    act(Action::SettleRefund { refunded: due }).await;
    let owed = act(Action::Cancel { reason: "late".into() }).await.payment.refund_due;
    payments.append(&reported(EntryKind::Refunded, "re_2", owed)).await.unwrap();
    act(Action::SettleRefund { refunded: due + owed }).await;
    at_once(8, |_| enter(&ground, &id)).await;

    let (order, payments) = enter(&ground, &id).await;
    let written = books(&ground).of_order(&id).await.unwrap();
    assert_eq!(check(&order, &payments, &written.entries), (vec![], vec![]));
    let kinds: Vec<&str> = written.entries.iter().map(|entry| entry.fact().kind.as_str()).collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    let commission = |entry: &JournalEntry| {
        entry.postings().iter().filter(|posting| posting.account == Account::Commission).map(|p| p.amount).sum::<i64>()
    };
    let of: Vec<i64> = written.entries.iter().map(commission).filter(|amount| *amount != 0).collect();
    assert_eq!(of, [-404, 202, 202], "10.1 % of 40.00, and its parts");
}

#[tokio::test]
async fn a_commission_is_set_where_there_is_a_store() {
    let ground = Ground::new().await;
    let stores = Stores::new(ground.db.clone(), ground.table("stores"));
    let store = sipstr_testkit::store_somewhere();
    let rate = Commission::try_from(990).unwrap();
    assert!(!stores.set_commission(&store.id, rate).await.unwrap(), "nothing is written for a store that is not there");
    assert_eq!(stores.get(&store.id).await.unwrap(), None);
    stores.put(&store).await.unwrap();
    assert!(stores.set_commission(&store.id, rate).await.unwrap());
    assert_eq!(stores.get(&store.id).await.unwrap().map(|store| store.commission), Some(rate));
}

#[tokio::test]
async fn a_card_that_ten_redeem_at_once_is_entered_once() {
    let ground = Ground::new().await;
    let (books, credits) = (books(&ground), Credits::new(ground.db.clone(), ground.table("credits")));
    let at = noon("2011-06-01");
    let moved = |kind, name: &str| CreditEntry {
        id: LedgerEntryId::derive(&[name]),
        kind,
        money: Money::new(2_500, Currency::Usd),
        order_id: None,
        actor: None,
        note: None,
        at,
    };
    let (balance, currency) = (2_500, Currency::Usd);
    let card = GiftCard { balance, currency, place: "us-ca".into(), expires_at: None, issued_at: at };
    let issued = moved(CreditKind::CardIssued, "issued");
    assert_eq!(credits.issue_card(&books, "hash", &card, &issued).await.unwrap(), Given::Now);
    assert_eq!(credits.issue_card(&books, "other", &card, &issued).await.unwrap(), Given::Before);
    let redeemed = moved(CreditKind::Redeemed, "redeemed");
    let won = at_once(10, |_| async {
        credits.redeem(&books, "hash", &card, &UserId::new(), &redeemed).await.unwrap() == Emptied::Done
    });
    assert_eq!(won.await.into_iter().filter(|won| *won).count(), 1);
    let given = moved(CreditKind::Issued, "given");
    credits.issue(&books, &UserId::new(), &given).await.unwrap();
    let day = Span::between(at, at + SignedDuration::from_secs(1));
    let mut kinds: Vec<&str> = Vec::new();
    let entries = all(&books, &Source::All, day, 10).await;
    kinds.extend(entries.iter().map(|entry| entry.fact().kind.as_str()));
    kinds.sort_unstable();
    assert_eq!(kinds, ["card_issued", "card_redeemed", "credit_issued"]);
}
