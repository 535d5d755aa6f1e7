//! Lots follow what leaves the shelf: once, in whatever order it is told, and no order waits for them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};
use sipstr_domain::stock::lot::{Lot, LotNamed, LotNumber, LotRefusal, MOST_LOTS, in_lots};
use sipstr_domain::stock::{AdjustmentReason, LedgerEntry};
use sipstr_domain::{LotId, OrderId, ProductId, StoreId};
use sipstr_storage::inventory::{Adjusted, Corrected, Inventory, Movement};
use sipstr_storage::placing::Placed;
use sipstr_testkit::{Fault, Faults};

use crate::ground::{Ground, at_once, entry, now};

fn number(text: &str) -> LotNumber {
    LotNumber::try_from(text.to_owned()).expect("a number")
}

/// So many days from today.
fn ends_in(days: i64) -> Date {
    now().to_zoned(TimeZone::UTC).date().saturating_add(Span::new().days(days))
}

/// A shelf of one product.
struct Shelf {
    ground: Ground,
    store: StoreId,
    ale: ProductId,
}

impl Shelf {
    async fn of(bottles: u32) -> Self {
        let (ground, store) = (Ground::new().await, StoreId::new());
        let ale = ground.stock(&store, bottles, 1).await;
        Self { ground, store, ale }
    }

    fn place(&self) -> (&StoreId, &ProductId) {
        (&self.store, &self.ale)
    }

    /// An entry that names a lot, with its date where goods come in.
    fn named(&self, change: i32, reason: AdjustmentReason, lot: &str, best_before: Option<Date>) -> LedgerEntry {
        let lot = Some(LotNamed { number: number(lot), best_before });
        LedgerEntry { lot, ..entry(&self.store, &self.ale, change, reason) }
    }

    async fn adjust(&self, entry: &LedgerEntry) -> Adjusted {
        self.ground.inventory().adjust(entry).await.unwrap()
    }

    async fn receive(&self, units: i32, lot: &str, days: i64) -> Adjusted {
        self.adjust(&self.named(units, AdjustmentReason::Received, lot, Some(ends_in(days)))).await
    }

    async fn lose(&self, units: i32, reason: AdjustmentReason) -> Adjusted {
        self.adjust(&entry(&self.store, &self.ale, -units, reason)).await
    }

    async fn lot(&self, name: &str) -> Lot {
        self.ground
            .inventory()
            .lots(self.place())
            .await
            .unwrap()
            .into_iter()
            .find(|lot| lot.number == number(name))
            .unwrap()
    }

    /// What is left of each lot, by its number.
    async fn left(&self) -> Vec<(String, u32)> {
        let lots = self.ground.inventory().lots(self.place()).await.unwrap();
        let on_hand = self.ground.inventory().level(&self.store, &self.ale).await.unwrap().unwrap().on_hand();
        assert!(in_lots(&lots) <= on_hand, "lots never hold more than is on hand");
        let mut left: Vec<_> = lots.into_iter().map(|lot| (String::from(lot.number), lot.remaining)).collect();
        left.sort();
        left
    }

    async fn leaves(&self, order: &OrderId, quantity: u32) {
        let at = now() + SignedDuration::from_secs(1);
        self.ground.inventory().leave_shelf(self.place(), order, (quantity, at)).await.unwrap();
    }

    async fn comes_back(&self, order: &OrderId) {
        let at = now() + SignedDuration::from_secs(1);
        self.ground.inventory().back_on_shelf(self.place(), order, at).await.unwrap();
    }
}

fn of(lots: &[(&str, u32)]) -> Vec<(String, u32)> {
    lots.iter().map(|(number, left)| ((*number).to_owned(), *left)).collect()
}

#[tokio::test]
async fn what_leaves_is_of_the_lot_that_ends_first_and_goes_back_to_where_it_was() {
    let shelf = Shelf::of(4).await;
    assert_eq!(shelf.receive(5, "LATE", 90).await, Adjusted::Done);
    assert_eq!(shelf.receive(3, "SOON", 20).await, Adjusted::Done);
    let (first, second) = (OrderId::new(), OrderId::new());
    shelf.leaves(&first, 4).await;
    assert_eq!(shelf.left().await, of(&[("LATE", 4), ("SOON", 0)]));
    shelf.leaves(&second, 6).await;
    assert_eq!(shelf.left().await, of(&[("LATE", 0), ("SOON", 0)]), "two were of no lot");
    shelf.comes_back(&first).await;
    assert_eq!(shelf.left().await, of(&[("LATE", 1), ("SOON", 3)]));
    assert_eq!(shelf.receive(2, "SOON", 20).await, Adjusted::Done);
    assert_eq!((shelf.lot("SOON").await.received, shelf.lot("SOON").await.remaining), (5, 5));
    assert_eq!(shelf.ground.free(&shelf.store, &shelf.ale, 1).await, [14], "no bucket knows of it");
}

#[tokio::test]
async fn events_that_come_again_and_in_another_order_are_attributed_once() {
    let shelf = Shelf::of(0).await;
    shelf.receive(50, "A", 20).await;
    shelf.receive(50, "B", 40).await;
    let orders: Vec<OrderId> = (0..6).map(|_| OrderId::new()).collect();
    // Even orders came back; each event arrives three times, in no order.
    let events: Vec<(usize, bool)> = (0..3)
        .flat_map(|_| (0..6).flat_map(|order| [(order, false), (order, true)]))
        .filter(|(order, back)| !back || order % 2 == 0)
        .collect();
    let shuffled: Vec<(usize, bool)> = (0..events.len()).map(|place| events[(place * 7) % events.len()]).collect();
    let shelf = &shelf;
    at_once(shuffled.len(), async |place| {
        let (order, back) = shuffled[place];
        // Contention is an error of the consumer, and the message comes again.
        let at = now() + SignedDuration::from_secs(1);
        loop {
            let (inventory, place) = (shelf.ground.inventory(), shelf.place());
            let done = match back {
                true => inventory.back_on_shelf(place, &orders[order], at).await,
                false => inventory.leave_shelf(place, &orders[order], (7, at)).await,
            };
            match done {
                Err(error) if error.is_transient() => {}
                done => break done.unwrap(),
            }
        }
    })
    .await;
    assert_eq!(shelf.left().await, of(&[("A", 50 - 21), ("B", 50)]));
    shelf.comes_back(&orders[1]).await;
    shelf.leaves(&orders[1], 7).await;
    assert_eq!(shelf.left().await, of(&[("A", 50 - 14), ("B", 50)]));
}

#[tokio::test]
async fn what_left_before_the_first_lot_came_was_of_none() {
    let shelf = Shelf::of(9).await;
    let (order, before) = (OrderId::new(), now() - SignedDuration::from_mins(5));
    let inventory = shelf.ground.inventory();
    inventory.leave_shelf(shelf.place(), &order, (3, before)).await.unwrap();
    shelf.receive(5, "A", 20).await;
    inventory.leave_shelf(shelf.place(), &order, (3, before)).await.unwrap();
    inventory.back_on_shelf(shelf.place(), &order, before).await.unwrap();
    assert_eq!(shelf.left().await, of(&[("A", 5)]));
}

#[tokio::test]
async fn a_loss_is_of_the_lot_that_it_names_or_of_the_one_that_ends_first() {
    let shelf = Shelf::of(5).await;
    shelf.receive(4, "A", 20).await;
    shelf.receive(4, "B", 40).await;
    let broken = shelf.named(-3, AdjustmentReason::Damaged, "B", None);
    assert_eq!(shelf.adjust(&broken).await, Adjusted::Done);
    assert_eq!(shelf.adjust(&broken).await, Adjusted::Done, "the same request");
    assert_eq!(shelf.left().await, of(&[("A", 4), ("B", 1)]));
    assert_eq!(shelf.lose(2, AdjustmentReason::Stolen).await, Adjusted::Done);
    assert_eq!(shelf.left().await, of(&[("A", 2), ("B", 1)]));
    let count = entry(&shelf.store, &shelf.ale, 0, AdjustmentReason::Counted);
    shelf.ground.inventory().count(&count, 1).await.unwrap();
    assert_eq!(shelf.left().await, of(&[("A", 0), ("B", 0)]), "seven are missing, three of them of lots");
    assert_eq!(shelf.ground.free(&shelf.store, &shelf.ale, 1).await, [1]);
}

#[tokio::test]
async fn an_entry_that_does_not_go_with_its_lot_writes_nothing() {
    let shelf = Shelf::of(5).await;
    let received = shelf.named(4, AdjustmentReason::Received, "A", Some(ends_in(20)));
    assert_eq!(shelf.adjust(&received).await, Adjusted::Done);
    assert_eq!(shelf.receive(1, "A", 21).await, Adjusted::Lot(LotRefusal::OtherDate(ends_in(20))));
    let more = shelf.named(-5, AdjustmentReason::Expired, "A", None);
    assert_eq!(shelf.adjust(&more).await, Adjusted::Lot(LotRefusal::NotEnough { left: 4 }));
    let unknown = shelf.named(-1, AdjustmentReason::Damaged, "B", None);
    assert_eq!(shelf.adjust(&unknown).await, Adjusted::Lot(LotRefusal::Unknown));
    assert_eq!(shelf.left().await, of(&[("A", 4)]));
    assert_eq!(shelf.ground.free(&shelf.store, &shelf.ale, 1).await, [9]);
    assert_eq!(shelf.ground.inventory().movements(shelf.place(), 10, None).await.unwrap().items.len(), 1);

    // What was written before is so still, whatever became of the lot; the key does not say something else.
    let lot = shelf.lot("A").await;
    let inventory = shelf.ground.inventory();
    let corrected = inventory.correct_lot(shelf.place(), (&lot.id, lot.version), (ends_in(9), 4), now()).await;
    assert!(matches!(corrected.unwrap(), Corrected::Done(_)));
    assert_eq!(shelf.adjust(&received).await, Adjusted::Done);
    let other = LedgerEntry { lot: None, ..received.clone() };
    assert_eq!(shelf.adjust(&other).await, Adjusted::KeyReused);
}

#[tokio::test]
async fn there_are_only_so_many_open_lots() {
    let shelf = Shelf::of(0).await;
    for lot in 0..MOST_LOTS {
        assert_eq!(shelf.receive(1, &format!("L{lot}"), 20).await, Adjusted::Done);
    }
    assert_eq!(shelf.receive(1, "ONE-MORE", 20).await, Adjusted::Lot(LotRefusal::TooMany));
    assert_eq!(shelf.receive(1, "L7", 20).await, Adjusted::Done);
    assert_eq!(shelf.lose(31, AdjustmentReason::Stolen).await, Adjusted::Done, "all of them in one");
    assert_eq!(shelf.receive(1, "ONE-MORE", 20).await, Adjusted::Done);
}

#[tokio::test]
async fn a_correction_names_what_it_read_and_makes_no_bottles() {
    let shelf = Shelf::of(2).await;
    shelf.receive(4, "A", 20).await;
    shelf.receive(4, "B", 20).await;
    let correct = async |lot: &Lot, remaining: u32| {
        let wanted = (ends_in(30), remaining);
        shelf.ground.inventory().correct_lot(shelf.place(), (&lot.id, lot.version), wanted, now()).await.unwrap()
    };
    let (a, b) = (shelf.lot("A").await, shelf.lot("B").await);
    assert_eq!(correct(&a, 7).await, Corrected::MoreThanOnHand { most: 6 });
    let Corrected::Done(raised) = correct(&a, 6).await else { panic!("two were without a lot") };
    assert_eq!((raised.remaining, raised.best_before, raised.version), (6, ends_in(30), a.version + 1));
    assert_eq!(correct(&a, 1).await, Corrected::Stale);
    assert_eq!(correct(&Lot { id: LotId::new(), ..b.clone() }, 1).await, Corrected::Unknown);
    shelf.leaves(&OrderId::new(), 1).await;
    assert_eq!(correct(&b, 1).await, Corrected::Stale, "a bottle of it has left");
    let answers = at_once(6, async |_| correct(&shelf.lot("B").await, 0).await).await;
    assert!(answers.iter().any(|answer| matches!(answer, Corrected::Done(_))));
    assert_eq!(shelf.left().await, of(&[("A", 6), ("B", 0)]));
    assert_eq!(shelf.ground.free(&shelf.store, &shelf.ale, 1).await, [10]);
}

#[tokio::test]
async fn what_a_courier_has_cannot_be_said_to_be_of_a_lot() {
    let shelf = Shelf::of(0).await;
    shelf.receive(4, "A", 20).await;
    let order = OrderId::new();
    let inventory = shelf.ground.inventory();
    let reserved = |reserved, sold| Movement { reserved, sold };
    inventory.apply_movement(shelf.place(), (&order, "order.placed"), reserved(2, 0), now()).await.unwrap();
    shelf.leaves(&order, 2).await;
    let lot = shelf.lot("A").await;
    let raise = inventory.correct_lot(shelf.place(), (&lot.id, lot.version), (lot.best_before, 4), now()).await;
    assert_eq!(raise.unwrap(), Corrected::MoreThanOnHand { most: 2 });
    inventory.apply_movement(shelf.place(), (&order, "order.delivered"), reserved(-2, 2), now()).await.unwrap();
    assert_eq!(shelf.left().await, of(&[("A", 2)]));
}

#[tokio::test]
async fn raising_two_lots_at_once_never_passes_what_is_on_hand() {
    let shelf = Shelf::of(3).await;
    shelf.receive(2, "A", 20).await;
    shelf.receive(2, "B", 20).await;
    let lots = [shelf.lot("A").await, shelf.lot("B").await];
    at_once(8, async |turn| {
        let lot = &lots[turn % 2];
        let wanted = (lot.best_before, 5);
        shelf.ground.inventory().correct_lot(shelf.place(), (&lot.id, lot.version), wanted, now()).await.unwrap()
    })
    .await;
    let left: u32 = shelf.left().await.iter().map(|(_, left)| left).sum();
    assert_eq!(left, 7, "one of the two");
}

#[tokio::test]
async fn a_lot_that_ends_soon_is_found_until_the_store_is_told_and_told_of_once() {
    let shelf = Shelf::of(0).await;
    shelf.receive(2, "SOON", 10).await;
    shelf.receive(2, "LATE", 90).await;
    let inventory = shelf.ground.inventory();
    let by = ends_in(14);
    let found = inventory.ending(by, 50).await.unwrap();
    let soon = shelf.lot("SOON").await;
    assert_eq!(found, [(shelf.store.clone(), shelf.ale.clone(), soon.id.clone())]);
    let told =
        at_once(8, async |_| inventory.note_ending((&shelf.store, &shelf.ale, &soon.id), by, now()).await.unwrap());
    assert_eq!(told.await.iter().filter(|told| **told).count(), 1);
    assert!(inventory.ending(by, 50).await.unwrap().is_empty());
    shelf.receive(2, "SOON", 10).await;
    assert!(inventory.ending(by, 50).await.unwrap().is_empty(), "more of what was told of");

    let soon = shelf.lot("SOON").await;
    inventory.correct_lot(shelf.place(), (&soon.id, soon.version), (ends_in(5), 4), now()).await.unwrap();
    assert_eq!(inventory.ending(by, 50).await.unwrap().len(), 1, "of another date it is told anew");
    shelf.leaves(&OrderId::new(), 4).await;
    assert!(inventory.ending(by, 50).await.unwrap().is_empty(), "nothing is left that could end");
    assert!(!inventory.note_ending((&shelf.store, &shelf.ale, &soon.id), by, now()).await.unwrap());
}

#[tokio::test]
async fn an_order_writes_no_lot() {
    let shelf = Shelf::of(0).await;
    shelf.receive(5, "A", 20).await;
    let before = shelf.lot("A").await;
    let placed = shelf.ground.placing().place(shelf.ground.wish(&shelf.store, &[(&shelf.ale, 3)]).await).await.unwrap();
    assert!(matches!(placed, Placed::New(_)));
    assert_eq!(shelf.lot("A").await, before);
    let expired = shelf.named(-3, AdjustmentReason::Expired, "A", None);
    assert_eq!(shelf.adjust(&expired).await, Adjusted::NotEnough { left: 2 }, "orders hold the others");
    assert_eq!(shelf.lot("A").await, before);
}

#[tokio::test]
async fn what_left_is_attributed_once_when_the_answer_is_lost() {
    let shelf = Shelf::of(0).await;
    shelf.receive(9, "A", 20).await;
    let faults = Faults::new();
    let inventory = Inventory::new(shelf.ground.over(&faults), shelf.ground.table("inventory"));
    let (order, at) = (OrderId::new(), now() + SignedDuration::from_secs(1));
    faults.always("TransactWriteItems", Fault::LostAnswer);
    assert!(inventory.leave_shelf(shelf.place(), &order, (4, at)).await.unwrap_err().is_transient());
    faults.heal();
    inventory.leave_shelf(shelf.place(), &order, (4, at)).await.unwrap();
    assert_eq!(shelf.left().await, of(&[("A", 5)]));
    faults.always("TransactWriteItems", Fault::LostAnswer);
    assert!(inventory.back_on_shelf(shelf.place(), &order, at).await.unwrap_err().is_transient());
    faults.heal();
    inventory.back_on_shelf(shelf.place(), &order, at).await.unwrap();
    assert_eq!(shelf.left().await, of(&[("A", 9)]));
}
