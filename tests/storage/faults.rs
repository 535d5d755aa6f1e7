//! Bad days of the database: bounded patience, nothing half-done, and a retry that finds what was done.

use std::time::{Duration, Instant};

use sipstr_domain::order::{Action, Actor, OrderState};
use sipstr_domain::payment::{EntryKind, PaymentEntry, Provider};
use sipstr_domain::stock::Shelf;
use sipstr_domain::{Currency, Money, OrderId, ProductId, StoreId};
use sipstr_storage::orders::{Advance, Orders};
use sipstr_storage::payments::Payments;
use sipstr_storage::placing::{Placed, Wish};
use sipstr_testkit::{Fault, Faults};

use crate::ground::{Ground, now, wish};

const COMMIT: &str = "TransactWriteItems";

/// The SDK's own time-out of a whole operation is 8 s; a function has 29 s.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_conflict_is_retried_on_another_bucket_and_ends_in_one_order() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 8, 4).await;
    let mut wish = ground.wish(&store, &[(&ale, 1)]).await;
    let mut shelf = Shelf::new(4);
    shelf.see(0, 2);
    wish.shelves.insert(ale.clone(), shelf);

    faults.next(2, COMMIT, Fault::Conflict);
    let placed = ground.placing_over(ground.over(&faults)).place(wish).await.unwrap();
    assert!(matches!(placed, Placed::New(_)));
    assert_eq!(ground.free(&store, &ale, 4).await, [2, 2, 1, 2], "the first two were fought over");
    assert_eq!(faults.calls(COMMIT), 3);
}

#[tokio::test]
async fn orders_that_meet_too_often_split_the_product_once() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 40, 1).await;
    let place = (&store, &ale);
    let shelves = ground.inventory();
    let at = now();
    let mut noted = Vec::new();
    for _ in 0..3 {
        let mut wish = ground.wish(&store, &[(&ale, 1)]).await;
        wish.order.placed_at = at;
        faults.next(8, COMMIT, Fault::Conflict);
        assert!(matches!(ground.placing_over(ground.over(&faults)).place(wish).await.unwrap(), Placed::New(_)));
        noted.push(ground.heat(&store, &ale).await);
    }
    assert_eq!(noted, [8, 16, 24], "each conflict is counted in its minute");

    assert_eq!(shelves.split_hot(place, 1, at).await.unwrap(), Some(4));
    assert_eq!(shelves.split_hot(place, 1, at).await.unwrap(), None, "the same news once more");
    assert_eq!(ground.free(&store, &ale, 8).await.iter().sum::<u32>(), 37);
    assert_eq!(ground.free(&store, &ale, 8).await.len(), 4);
    assert_eq!(shelves.split_hot((&store, &ProductId::new()), 1, at).await.unwrap(), None);
}

#[tokio::test]
async fn conflicts_without_end_are_contention_and_leave_nothing_behind() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 8, 1).await;
    let wish = ground.wish(&store, &[(&ale, 1)]).await;
    faults.always(COMMIT, Fault::Conflict);
    let started = Instant::now();
    let error = ground.placing_over(ground.over(&faults)).place(wish).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(started.elapsed() < PATIENCE);
    assert_eq!(ground.free(&store, &ale, 1).await, [8]);
}

#[tokio::test]
async fn a_database_that_is_too_busy_or_silent_is_given_up_in_time_and_nothing_is_half_done() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 8, 1).await;
    let bad_days = [Fault::Throttled, Fault::ThroughputExceeded, Fault::ServerError, Fault::Silence];
    // At once, because each of them takes its time.
    let days = bad_days.map(|fault| {
        let ground = &ground;
        let (store, ale) = (&store, &ale);
        async move {
            let faults = Faults::new();
            let wish = ground.wish(store, &[(ale, 1)]).await;
            let id = wish.order.id.clone();
            faults.always(COMMIT, fault);
            let started = Instant::now();
            let error = ground.placing_over(ground.over(&faults)).place(wish).await.unwrap_err();
            assert!(error.is_transient(), "{fault:?}: {error}");
            assert!(started.elapsed() < PATIENCE, "{fault:?} took {:?}", started.elapsed());
            assert!((2..=3).contains(&faults.calls(COMMIT)), "{fault:?}: {} calls", faults.calls(COMMIT));
            assert_eq!(ground.orders().get(&id).await.unwrap(), None);
        }
    });
    futures::future::join_all(days).await;
    assert_eq!(ground.free(&store, &ale, 1).await, [8]);
}

#[tokio::test]
async fn a_bad_moment_is_not_noticed() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 8, 1).await;
    let placing = ground.placing_over(ground.over(&faults));
    for fault in [Fault::Throttled, Fault::ServerError, Fault::LostAnswer] {
        faults.next(1, COMMIT, fault);
        let placed = placing.place(ground.wish(&store, &[(&ale, 1)]).await).await.unwrap();
        assert!(matches!(placed, Placed::New(_)), "{fault:?}: {placed:?}");
    }
    // Also where the commit was done and its answer lost: the SDK repeats it under the same token.
    assert_eq!(ground.free(&store, &ale, 1).await, [5]);
}

#[tokio::test]
async fn who_never_hears_of_the_commit_finds_their_own_order_when_they_come_again() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 1, 1).await;
    let placing = ground.placing_over(ground.over(&faults));
    let first = ground.wish(&store, &[(&ale, 1)]).await;
    let again = wish(first.order.clone());

    faults.always(COMMIT, Fault::LostAnswer);
    assert!(placing.place(first).await.unwrap_err().is_transient());
    faults.heal();
    let Placed::Before(found) = placing.place(again).await.unwrap() else { panic!("it was placed the first time") };
    assert_eq!(found.lines[0].takes.len(), 1);
    assert_eq!(ground.free(&store, &ale, 1).await, [0], "one decrement");
}

#[tokio::test]
async fn bottles_come_back_once_when_the_answer_of_the_giving_back_is_lost() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 4, 1).await;
    let wish = ground.wish(&store, &[(&ale, 3)]).await;
    let id = wish.order.id.clone();
    ground.placing().place(wish).await.unwrap();

    let orders = Orders::new(ground.over(&faults), ground.table("orders"));
    let cancel = Action::Cancel { reason: "changed my mind".into() };
    let give_back = ground.give_back();
    let attempt = || orders.advance(&give_back, &id, &cancel, Actor::Customer, now());
    faults.always(COMMIT, Fault::LostAnswer);
    assert!(attempt().await.unwrap_err().is_transient());
    faults.heal();
    let Advance::Unchanged(order) = attempt().await.unwrap() else { panic!("it was cancelled the first time") };
    assert_eq!(order.state, OrderState::Cancelled);
    assert_eq!(ground.free(&store, &ale, 1).await, [4]);
}

#[tokio::test]
async fn a_conflict_is_not_taken_for_an_answer() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 4, 1).await;
    let wish = ground.wish(&store, &[(&ale, 3)]).await;
    let (id, total) = (wish.order.id.clone(), wish.order.total);
    ground.placing().place(wish).await.unwrap();
    let orders = Orders::new(ground.over(&faults), ground.table("orders"));
    let give_back = ground.give_back();

    // A single write that meets somebody's transaction on the order.
    faults.next(2, "PutItem", Fault::ItemInTransaction);
    let paid = orders.advance(&give_back, &id, &Action::Capture { amount: total }, Actor::System, now()).await;
    assert!(matches!(paid.unwrap(), Advance::Changed(_)));
    // A transaction that meets a buyer's on the bucket.
    faults.next(2, COMMIT, Fault::Conflict);
    let reject = Action::Reject { reason: "broken".into() };
    let rejected = orders.advance(&give_back, &id, &reject, Actor::System, now()).await;
    assert!(matches!(rejected.unwrap(), Advance::Changed(_)));
    assert_eq!(ground.free(&store, &ale, 1).await, [4]);
}

#[tokio::test]
async fn a_defect_of_ours_is_not_taken_for_contention() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 4, 1).await;
    faults.always(COMMIT, Fault::Nonsense);
    let wish = ground.wish(&store, &[(&ale, 3)]).await;
    assert!(!ground.placing_over(ground.over(&faults)).place(wish).await.unwrap_err().is_transient());
    assert_eq!(faults.calls(COMMIT), 1);
}

#[tokio::test]
async fn an_entry_is_written_once_when_its_answer_is_lost() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let payments = Payments::new(ground.over(&faults), ground.table("payments"));
    let entry = PaymentEntry {
        order_id: OrderId::new(),
        kind: EntryKind::Captured,
        provider: Provider::Stripe,
        reference: "pi_1".to_owned(),
        money: Money::new(2_000, Currency::Usd),
        at: now(),
    };
    faults.next(1, "PutItem", Fault::LostAnswer);
    payments.append(&entry).await.unwrap();
    assert_eq!(faults.calls("PutItem"), 2);
    assert_eq!(payments.of_order(&entry.order_id).await.unwrap(), [entry]);
}

#[tokio::test]
async fn what_a_batch_left_out_is_asked_again_and_not_for_ever() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 4, 2).await;
    let placing = ground.placing_over(ground.over(&faults));
    let unseen = || async {
        let mut wish = ground.wish(&store, &[(&ale, 2)]).await;
        wish.shelves.insert(ale.clone(), Shelf::new(2));
        wish
    };
    faults.next(2, "BatchGetItem", Fault::Unprocessed);
    let placed: Wish = unseen().await;
    assert!(matches!(placing.place(placed).await.unwrap(), Placed::New(_)), "no false “sold out”");
    assert_eq!(faults.calls("BatchGetItem"), 3);

    faults.always("BatchGetItem", Fault::Unprocessed);
    let started = Instant::now();
    assert!(placing.place(unseen().await).await.unwrap_err().is_transient());
    assert!(started.elapsed() < PATIENCE);
}
