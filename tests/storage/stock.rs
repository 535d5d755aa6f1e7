//! Stock by other ways than an order: adjusted once, never below what is free, and counted once.

use sipstr_domain::stock::AdjustmentReason;
use sipstr_domain::{OrderId, ProductId, StoreId};
use sipstr_storage::inventory::{Adjusted, Counted, Movement};

use crate::ground::{Ground, at_once, entry, level, now};

#[tokio::test]
async fn an_adjustment_happens_once_however_often_it_is_sent() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 5, 1).await;
    let broken = entry(&store, &ale, -5, AdjustmentReason::Damaged);
    let answers = at_once(10, |_| async { ground.inventory().adjust(&broken).await.unwrap() }).await;
    assert_eq!(answers, vec![Adjusted::Done; 10], "also those that find nothing left to take");
    assert_eq!(ground.free(&store, &ale, 1).await, [0]);
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((figures.received, figures.written_off, figures.on_hand()), (5, 5, 0));
}

#[tokio::test]
async fn no_more_is_taken_away_than_is_free() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 9, 3).await;
    let adjust = async |change, reason| ground.inventory().adjust(&entry(&store, &ale, change, reason)).await.unwrap();
    assert_eq!(adjust(-10, AdjustmentReason::Stolen).await, Adjusted::NotEnough { left: 9 });
    assert_eq!(ground.free(&store, &ale, 3).await, [3, 3, 3]);
    assert_eq!(adjust(-8, AdjustmentReason::Stolen).await, Adjusted::Done, "out of as many buckets as it takes");
    assert_eq!(ground.free(&store, &ale, 3).await, [0, 0, 1]);
    assert_eq!(adjust(7, AdjustmentReason::Received).await, Adjusted::Done, "and what comes in is spread");
    assert_eq!(ground.free(&store, &ale, 3).await, [3, 2, 3]);
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((figures.received, figures.written_off), (16, 8));

    let unknown = entry(&store, &ProductId::new(), 1, AdjustmentReason::Received);
    assert_eq!(ground.inventory().adjust(&unknown).await.unwrap(), Adjusted::Unknown);
}

#[tokio::test]
async fn buyers_and_a_count_meet_and_the_books_agree() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 20, 1).await;
    at_once(20, async |number| match number % 2 {
        0 => drop(ground.placing().place(ground.wish(&store, &[(&ale, 1)]).await).await.unwrap()),
        _ => drop(ground.inventory().adjust(&entry(&store, &ale, -1, AdjustmentReason::Expired)).await.unwrap()),
    })
    .await;
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((ground.free(&store, &ale, 1).await[0], figures.written_off), (0, 10));
}

#[tokio::test]
async fn a_product_is_put_on_the_shelf_once() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 7, 3).await;
    assert_eq!(ground.free(&store, &ale, 3).await, [3, 2, 2]);
    assert!(!ground.inventory().stock_first(&level(&store, &ale, 99), 3).await.unwrap());
    assert_eq!(ground.inventory().available(&store, std::slice::from_ref(&ale)).await.unwrap()[&ale], 7);
    assert_eq!(ground.inventory().levels(&store, 10, None).await.unwrap().items, [level(&store, &ale, 7)]);
}

#[tokio::test]
async fn an_event_moves_the_figures_once() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    let order = OrderId::new();
    let moved = async |kind, reserved, sold| {
        let movement = Movement { reserved, sold };
        ground.inventory().apply_movement((&store, &ale), (&order, kind), movement, now()).await.unwrap();
    };
    at_once(10, |_| moved("order.placed", 2, 0)).await;
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((figures.reserved, figures.sold), (2, 0));
    at_once(10, |_| moved("order.delivered", -2, 2)).await;
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((figures.reserved, figures.sold, figures.available()), (0, 2, 8));
}

#[tokio::test]
async fn figures_of_a_product_that_is_not_stocked_are_not_invented() {
    let ground = Ground::new().await;
    let place = (&StoreId::new(), &ProductId::new());
    let movement = Movement { reserved: 1, sold: 0 };
    let answer = ground.inventory().apply_movement(place, (&OrderId::new(), "order.placed"), movement, now()).await;
    assert!(!answer.unwrap_err().is_transient());
}

#[tokio::test]
async fn one_of_many_notices_that_stock_is_low() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 2, 1).await;
    let level = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    for low in [true, false, true] {
        let noticed = at_once(10, |_| async { ground.inventory().mark_low(&level, low).await.unwrap() }).await;
        assert_eq!(noticed.iter().filter(|noticed| **noticed).count(), 1, "low: {low}");
    }
    assert!(ground.inventory().level(&store, &ale).await.unwrap().unwrap().low);
}

#[tokio::test]
async fn a_count_writes_the_difference_once() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 20, 2).await;
    // Three are held by an order, whose event has been applied: 17 are free, 20 on hand.
    ground.placing().place(ground.wish(&store, &[(&ale, 3)]).await).await.unwrap();
    let movement = Movement { reserved: 3, sold: 0 };
    ground
        .inventory()
        .apply_movement((&store, &ale), (&OrderId::new(), "order.placed"), movement, now())
        .await
        .unwrap();

    let count = entry(&store, &ale, 0, AdjustmentReason::Counted);
    let answers = at_once(10, |_| async { ground.inventory().count(&count, 18).await.unwrap() }).await;
    for answer in answers {
        let Counted::Done(written) = answer else { panic!("{answer:?}") };
        assert_eq!((written.change, written.counted), (-2, Some(18)));
    }
    assert_eq!(ground.free(&store, &ale, 2).await.iter().sum::<u32>(), 15);
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((figures.on_hand(), figures.available()), (18, 15));

    // Nothing is missing: that somebody looked is worth an entry.
    let Counted::Done(same) =
        ground.inventory().count(&entry(&store, &ale, 0, AdjustmentReason::Counted), 18).await.unwrap()
    else {
        panic!("it was counted")
    };
    assert_eq!(same.change, 0);
    let fewer_than_held = entry(&store, &ale, 0, AdjustmentReason::Counted);
    assert_eq!(ground.inventory().count(&fewer_than_held, 2).await.unwrap(), Counted::NotEnough { left: 15 });
    let unknown = entry(&store, &ProductId::new(), 0, AdjustmentReason::Counted);
    assert_eq!(ground.inventory().count(&unknown, 2).await.unwrap(), Counted::Unknown);
}

#[tokio::test]
async fn a_count_and_deliveries_meet_and_the_difference_is_of_one_moment() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    at_once(10, async |number| match number {
        0 => drop(ground.inventory().count(&entry(&store, &ale, 0, AdjustmentReason::Counted), 30).await.unwrap()),
        _ => drop(ground.inventory().adjust(&entry(&store, &ale, 1, AdjustmentReason::Received)).await.unwrap()),
    })
    .await;
    let ledger = ground.inventory().movements((&store, &ale), 20, None).await.unwrap().items;
    let count = ledger.iter().find(|entry| entry.counted.is_some()).unwrap();
    let received = i64::try_from(ledger.len() - 1).unwrap();
    let figures = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!(received, 9);
    assert_eq!(figures.on_hand(), 10 + received + i64::from(count.change));
    assert!((30..=39).contains(&figures.on_hand()), "30 at the moment of the count, and what came afterwards");
}

#[tokio::test]
async fn the_ledger_reads_from_the_newest_a_page_at_a_time() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    let mut expected = Vec::new();
    for number in 0..5 {
        let mut entry = entry(&store, &ale, 1, AdjustmentReason::Received);
        entry.at += jiff::SignedDuration::from_millis(number * 100);
        entry.reference = Some(format!("LS-{number}"));
        ground.inventory().adjust(&entry).await.unwrap();
        expected.insert(0, entry);
    }
    let (mut seen, mut from) = (Vec::new(), None);
    loop {
        let page = ground.inventory().movements((&store, &ale), 2, from).await.unwrap();
        seen.extend(page.items);
        match page.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, expected);
}
