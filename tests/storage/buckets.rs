//! The number of buckets changes while the product sells, and no bottle is lost, sold twice or hidden from a buyer.

use sipstr_domain::order::{Action, Actor, Order};
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry, Shelf};
use sipstr_domain::{LedgerEntryId, ProductId, StoreId, UserId};
use sipstr_storage::inventory::{Adjusted, Inventory, Resized};
use sipstr_storage::orders::Advance;
use sipstr_storage::placing::{Placed, Wish};
use sipstr_testkit::{Fault, Faults};

use crate::ground::{Ground, at_once, now};

const COMMIT: &str = "TransactWriteItems";

impl Ground {
    async fn resize(&self, store: &StoreId, ale: &ProductId, wanted: u16) -> Resized {
        self.inventory().resize((store, ale), wanted, now()).await.expect("an answer")
    }

    /// A shelf as a quote knows it: bucket 0 only.
    async fn quoted(&self, store: &StoreId, ale: &ProductId) -> Shelf {
        let mut shelf = Shelf::new(1);
        shelf.meet(&self.inventory().buckets_of(store, ale, [0]).await.expect("buckets")[0]);
        shelf
    }

    async fn order(&self, store: &StoreId, ale: &ProductId, (bottles, shelf, preferred): (u32, Shelf, u16)) -> Placed {
        let mut wish: Wish = self.wish(store, &[(ale, bottles)]).await;
        wish.shelves.insert(ale.clone(), shelf);
        self.placing().place(Wish { preferred, ..wish }).await.expect("an answer")
    }

    async fn left(&self, store: &StoreId, ale: &ProductId) -> u32 {
        self.inventory().available(store, std::slice::from_ref(ale)).await.expect("buckets")[ale]
    }
}

fn new(placed: Placed) -> Order {
    match placed {
        Placed::New(order) => *order,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_split_spreads_the_bottles_and_a_merge_gathers_them() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 130, 1).await;
    for (buckets, fullest) in [(64, 6), (3, 88), (8, 34), (1, 130)] {
        assert_eq!(ground.resize(&store, &ale, buckets).await, Resized::Done);
        let free = ground.free(&store, &ale, buckets).await;
        assert_eq!((free.len(), free.iter().sum::<u32>()), (usize::from(buckets), 130), "{buckets}: {free:?}");
        assert!(free.iter().all(|bottles| *bottles <= fullest), "{buckets}: {free:?}");
        let first = &ground.inventory().buckets_of(&store, &ale, [0]).await.unwrap()[0];
        assert_eq!((first.of, first.reach()), (buckets, buckets));
        assert_eq!(ground.resize(&store, &ale, buckets).await, Resized::Done);
        let again = &ground.inventory().buckets_of(&store, &ale, [0]).await.unwrap()[0];
        assert_eq!(again, first, "the same again writes nothing");
    }
    assert_eq!(ground.resize(&store, &ProductId::new(), 4).await, Resized::Unknown);

    // The audit does not judge what moved while it read.
    let moved = async |since| ground.inventory().has_moved_since(&store, &ale, since).await.unwrap();
    assert!(moved(now() - jiff::SignedDuration::from_mins(1)).await);
    assert!(!moved(now() + jiff::SignedDuration::from_mins(1)).await);
}

#[tokio::test]
async fn whoever_is_killed_between_two_writes_leaves_books_that_close_and_another_goes_on() {
    let ground = Ground::new().await;
    for (from, to) in [(1, 40), (40, 2), (12, 5)] {
        let store = StoreId::new();
        let ale = ground.stock(&store, 100, from).await;
        let mut killed = 0;
        for writes in 0.. {
            let faults = Faults::new();
            // So many writes are let through; the rest never arrive.
            faults.after(writes % 3, COMMIT, Fault::ServerError);
            let inventory = Inventory::new(ground.over(&faults), ground.table("inventory"));
            let answer = inventory.resize((&store, &ale), to, now()).await;
            assert_eq!(ground.left(&store, &ale).await, 100, "{from} to {to}, killed {killed} times");
            if answer.is_ok() {
                break;
            }
            killed += 1;
            assert!(killed < 20);
        }
        assert!(killed > 0);
        assert_eq!(ground.free(&store, &ale, to).await.len(), usize::from(to));
    }
}

#[tokio::test]
async fn a_plan_of_another_day_still_finds_its_bottles() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 20, 10).await;
    let mut of_ten = ground.quoted(&store, &ale).await;
    for number in 1..10 {
        of_ten.see(number, 2);
    }
    assert_eq!(ground.resize(&store, &ale, 1).await, Resized::Done);
    new(ground.order(&store, &ale, (2, of_ten.clone(), 7)).await);
    let of_one = ground.quoted(&store, &ale).await;
    assert_eq!(ground.resize(&store, &ale, 10).await, Resized::Done);
    new(ground.order(&store, &ale, (18, of_one, 3)).await);
    let Placed::OutOfStock(short) = ground.order(&store, &ale, (1, of_ten, 4)).await else { panic!("all are sold") };
    assert_eq!(short[0].left, 0);
}

#[tokio::test]
async fn what_an_order_gives_back_to_a_bucket_that_is_gone_finds_a_home() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 12, 6).await;
    let order = new(ground.order(&store, &ale, (9, ground.quoted(&store, &ale).await, 0)).await);
    assert!(order.lines[0].takes.len() >= 5, "it took from many buckets");
    assert_eq!(ground.resize(&store, &ale, 2).await, Resized::Done);
    let expire = async |_| {
        let later = order.expires_at + jiff::SignedDuration::from_secs(1);
        let orders = ground.orders();
        orders.advance(&ground.give_back(), &order.id, &Action::Expire, Actor::System, later).await.unwrap()
    };
    let changed = at_once(5, expire).await.iter().filter(|answer| matches!(answer, Advance::Changed(_))).count();
    assert_eq!((changed, ground.left(&store, &ale).await), (1, 12));
    assert_eq!(ground.free(&store, &ale, 2).await.iter().sum::<u32>(), 12, "where buyers look");
}

#[tokio::test]
async fn what_a_merge_left_behind_is_sold_and_adjusted_all_the_same() {
    let (ground, faults) = (Ground::new().await, Faults::new());
    let store = StoreId::new();
    let ale = ground.stock(&store, 40, 40).await;
    // Narrowed, some closed, then killed.
    faults.after(2, COMMIT, Fault::ServerError);
    let inventory = Inventory::new(ground.over(&faults), ground.table("inventory"));
    assert!(inventory.resize((&store, &ale), 1, now()).await.is_err());
    let first = &ground.inventory().buckets_of(&store, &ale, [0]).await.unwrap()[0];
    assert_eq!((first.of, first.reach(), first.available), (1, 40, 17));

    let entry = |change, reason| LedgerEntry {
        id: LedgerEntryId::new(),
        store_id: store.clone(),
        product_id: ale.clone(),
        change,
        reason,
        note: None,
        reference: None,
        counted: None,
        lot: None,
        actor: UserId::new(),
        at: now(),
    };
    let adjust = async |change, reason| ground.inventory().adjust(&entry(change, reason)).await.unwrap();
    assert_eq!(adjust(-41, AdjustmentReason::Stolen).await, Adjusted::NotEnough { left: 40 });
    assert_eq!(adjust(-20, AdjustmentReason::Stolen).await, Adjusted::Done);
    assert_eq!(adjust(3, AdjustmentReason::Received).await, Adjusted::Done);
    new(ground.order(&store, &ale, (23, ground.quoted(&store, &ale).await, 0)).await);
    assert_eq!(ground.left(&store, &ale).await, 0);
}

#[tokio::test]
async fn buyers_meet_splits_and_merges_and_just_as_many_get_a_bottle_as_there_are() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 30, 1).await;
    let sizes = async {
        for buckets in [64, 1, 7, 64, 2, 1] {
            assert_eq!(ground.resize(&store, &ale, buckets).await, Resized::Done);
        }
    };
    let buyers = at_once(60, async |number: usize| {
        tokio::time::sleep(std::time::Duration::from_millis(number as u64 * 15)).await;
        let shelf = ground.quoted(&store, &ale).await;
        ground.order(&store, &ale, (1, shelf, number as u16)).await
    });
    let ((), answers) = futures::future::join(sizes, buyers).await;
    let sold = answers.iter().filter(|answer| matches!(answer, Placed::New(_))).count();
    let refused = answers.iter().filter(|answer| matches!(answer, Placed::OutOfStock(_))).count();
    assert_eq!((sold, refused, ground.left(&store, &ale).await), (30, 30, 0));
}

#[tokio::test]
async fn two_who_want_other_numbers_end_with_one_of_them() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 50, 4).await;
    let wanted = [16, 2];
    let answers = at_once(2, async |who| ground.resize(&store, &ale, wanted[who]).await).await;
    assert!(answers.contains(&Resized::Done), "{answers:?}");
    let first = &ground.inventory().buckets_of(&store, &ale, [0]).await.unwrap()[0];
    assert!(wanted.contains(&first.of));
    assert_eq!(ground.left(&store, &ale).await, 50);
}
