//! What a store says of its stock: what is held back cannot be sold, and the books close at every step.

use sipstr_domain::stock::{AdjustmentReason, Caps, StockSettings};
use sipstr_domain::{ProductId, StoreId};
use sipstr_storage::inventory::{Adjusted, Counted, Resized, Set};
use sipstr_storage::placing::Placed;

use crate::ground::{Ground, at_once, entry, now};

fn held(safety_stock: u32) -> StockSettings {
    StockSettings { threshold: 2, safety_stock, caps: Caps::default() }
}

impl Ground {
    async fn hold(&self, store: &StoreId, product: &ProductId, safety_stock: u32) -> Set {
        let version = self.inventory().level(store, product).await.unwrap().unwrap().settings_version;
        self.inventory().set((store, product), &held(safety_stock), version, now()).await.unwrap()
    }

    /// What is free, what is held back, and what the figures say is both.
    async fn sums(&self, store: &StoreId, product: &ProductId) -> (u32, i64) {
        let free = self.inventory().available(store, std::slice::from_ref(product)).await.unwrap()[product];
        let level = self.inventory().level(store, product).await.unwrap().unwrap();
        assert_eq!(level.owned(), i64::from(free) + level.held_back, "nothing was ordered: the books close");
        (free, level.held_back)
    }
}

#[tokio::test]
async fn what_is_held_back_leaves_the_buckets_and_comes_back() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    for buckets in [1, 3] {
        let ale = ground.stock(&store, 10, buckets).await;
        let Set::Done(level) = ground.hold(&store, &ale, 4).await else { panic!("it is set") };
        assert_eq!((level.held_back, level.safety_stock, level.settings_version), (4, 4, 1));
        assert_eq!(ground.sums(&store, &ale).await, (6, 4));
        let wish = ground.wish(&store, &[(&ale, 7)]).await;
        let answer = ground.placing().place(wish).await.unwrap();
        assert!(matches!(&answer, Placed::OutOfStock(short) if short[0].left == 6), "{answer:?}");

        ground.hold(&store, &ale, 25).await;
        assert_eq!(ground.sums(&store, &ale).await, (0, 10), "more than there is: all of it");
        ground.hold(&store, &ale, 3).await;
        assert_eq!(ground.sums(&store, &ale).await, (7, 3));
        ground.hold(&store, &ale, 0).await;
        assert_eq!(ground.sums(&store, &ale).await, (10, 0));
    }
}

#[tokio::test]
async fn what_comes_in_fills_what_is_held_back_first_and_a_loss_takes_it_last() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 2, 2).await;
    ground.hold(&store, &ale, 5).await;
    let adjust = async |change, reason| ground.inventory().adjust(&entry(&store, &ale, change, reason)).await.unwrap();
    assert_eq!(adjust(9, AdjustmentReason::Received).await, Adjusted::Done);
    assert_eq!(ground.sums(&store, &ale).await, (6, 5));
    assert_eq!(adjust(-4, AdjustmentReason::Damaged).await, Adjusted::Done);
    assert_eq!(ground.sums(&store, &ale).await, (2, 5));
    assert_eq!(adjust(-8, AdjustmentReason::Stolen).await, Adjusted::NotEnough { left: 7 });
    assert_eq!(adjust(-6, AdjustmentReason::Stolen).await, Adjusted::Done, "what is gone is gone");
    assert_eq!(ground.sums(&store, &ale).await, (0, 1));

    let count = entry(&store, &ale, 0, AdjustmentReason::Counted);
    let Counted::Done(taken) = ground.inventory().count(&count, 8).await.unwrap() else { panic!("it is counted") };
    assert_eq!(taken.change, 7, "what is held back is on hand");
    assert_eq!(ground.sums(&store, &ale).await, (3, 5));
}

#[tokio::test]
async fn bottles_that_come_back_from_an_order_are_held_back_once() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 3, 1).await;
    ground.placing().place(ground.wish(&store, &[(&ale, 3)]).await).await.unwrap();
    ground.hold(&store, &ale, 2).await;
    assert_eq!(ground.free(&store, &ale, 1).await, [0]);
    // The order expires; for this test its bottles simply come in.
    ground.inventory().adjust(&entry(&store, &ale, 1, AdjustmentReason::Received)).await.unwrap();
    at_once(6, |_| async { ground.inventory().refill((&store, &ale), now()).await.unwrap() }).await;
    let level = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((ground.free(&store, &ale, 1).await, level.held_back), (vec![0], 1));
}

#[tokio::test]
async fn of_two_who_set_at_once_one_is_too_late() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    let answers = at_once(8, async |number| {
        let wanted = held(u32::try_from(number).unwrap());
        ground.inventory().set((&store, &ale), &wanted, 0, now()).await.unwrap()
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Set::Done(_))).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Set::Stale).count(), 7);
    ground.sums(&store, &ale).await;
    let unknown = ground.inventory().set((&store, &ProductId::new()), &held(1), 0, now()).await.unwrap();
    assert_eq!(unknown, Set::Unknown);
}

#[tokio::test]
async fn holding_back_meets_buyers_splits_and_deliveries_and_no_bottle_is_lost() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 40, 1).await;
    let placed = at_once(30, async |number| match number % 5 {
        0 => {
            ground.hold(&store, &ale, if number % 2 == 0 { 10 } else { 0 }).await;
            0
        }
        1 => {
            let resized = ground.inventory().resize((&store, &ale), 1 + u16::try_from(number).unwrap(), now()).await;
            assert!(matches!(resized, Ok(Resized::Done | Resized::Superseded { .. }) | Err(_)));
            0
        }
        2 => {
            ground.inventory().adjust(&entry(&store, &ale, 1, AdjustmentReason::Received)).await.unwrap();
            0
        }
        _ => {
            let answer = ground.placing().place(ground.wish(&store, &[(&ale, 1)]).await).await;
            i64::from(matches!(answer, Ok(Placed::New(_))))
        }
    })
    .await;
    let level = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    let free = ground.inventory().available(&store, std::slice::from_ref(&ale)).await.unwrap()[&ale];
    let ordered: i64 = placed.iter().sum();
    assert!(ordered > 0);
    assert_eq!(level.owned() - i64::from(free) - level.held_back, ordered);
}

#[tokio::test]
async fn what_one_customer_may_have_is_read_with_bucket_0_and_a_split_keeps_it() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 12, 1).await;
    let caps = Caps { per_order: Some(2), per_day: Some(5) };
    let settings = StockSettings { threshold: 9, safety_stock: 0, caps };
    ground.inventory().set((&store, &ale), &settings, 0, now()).await.unwrap();
    ground.inventory().resize((&store, &ale), 4, now()).await.unwrap();
    let first = ground.inventory().buckets_of(&store, &ale, [0]).await.unwrap().remove(0);
    let level = ground.inventory().level(&store, &ale).await.unwrap().unwrap();
    assert_eq!((first.caps, level.settings()), (caps, settings));
    let without = StockSettings { caps: Caps::default(), ..settings };
    ground.inventory().set((&store, &ale), &without, 1, now()).await.unwrap();
    let first = ground.inventory().buckets_of(&store, &ale, [0]).await.unwrap().remove(0);
    assert_eq!(first.caps, Caps::default());
}
