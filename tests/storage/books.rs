//! The books: a fact is one entry, whoever tells it and however often, and every list shows it once.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::books::{
    Account, Fact, Finding, FindingKind, JournalEntry, JournalKind, ManualEntry, ManualKind, Postings,
};
use sipstr_domain::payment::Provider;
use sipstr_domain::{Currency, Money, OrderId, StoreId};
use sipstr_storage::books::{Books, Closing, FoundIn, Source, Span};

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
    let day = Span::between(at, at + SignedDuration::from_secs(1));
    assert_eq!(all(&books, &Source::Store(store), day, 10).await, []);
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
