//! Goods between stores: each bottle stands in one place at every moment, whoever does what twice or at once.

use sipstr_domain::stock::lot::LotNamed;
use sipstr_domain::stock::{AdjustmentReason, Came, Closing, LedgerEntry, Transfer, TransferLine, TransferState};
use sipstr_domain::{ProductId, StoreId, TransferId, UserId};
use sipstr_storage::inventory::{Adjusted, Direction, Ended, Sent};
use sipstr_testkit::{Fault, Faults};

use crate::ground::{Ground, at_once, entry, level, now};

/// Two stores that both stock a product, and a transfer of it that is about to be sent.
struct Two {
    ground: Ground,
    ale: ProductId,
    transfer: Transfer,
}

impl Two {
    async fn new(stock: u32, sent: u32) -> Self {
        let ground = Ground::new().await;
        let (from, to) = (StoreId::new(), StoreId::new());
        let ale = ground.stock(&from, stock, 2).await;
        assert!(ground.inventory().stock_first(&level(&to, &ale, 0), 1).await.unwrap());
        let transfer = transfer(from, to, &ale, sent);
        Self { ground, ale, transfer }
    }

    /// On hand in the one store, on its way, on hand in the other.
    async fn places(&self) -> (i64, i64, i64) {
        let inventory = self.ground.inventory();
        let from = inventory.level(&self.transfer.from, &self.ale).await.unwrap().unwrap();
        let to = inventory.level(&self.transfer.to, &self.ale).await.unwrap().unwrap();
        assert_eq!(from.on_hand(), self.free(&self.transfer.from, 2).await, "what the books say lies in the buckets");
        assert_eq!(to.on_hand(), self.free(&self.transfer.to, 1).await);
        (from.on_hand(), to.incoming, to.on_hand())
    }

    async fn free(&self, store: &StoreId, buckets: u16) -> i64 {
        self.ground.free(store, &self.ale, buckets).await.into_iter().map(i64::from).sum()
    }

    fn received(&self, received: u32, damaged: u32, request: &str) -> Transfer {
        let came = [Came { product_id: self.ale.clone(), received, damaged }];
        self.transfer.received(&came, closing(request)).unwrap()
    }

    async fn end(&self, after: &Transfer) -> Ended {
        self.ground.inventory().end_transfer(&self.transfer, after).await.unwrap()
    }
}

fn transfer(from: StoreId, to: StoreId, product: &ProductId, sent: u32) -> Transfer {
    Transfer {
        id: TransferId::new(),
        version: 1,
        state: TransferState::Dispatched,
        from,
        to,
        lines: vec![TransferLine { product_id: product.clone(), sent, arrival: None }],
        note: None,
        sent_by: UserId::new(),
        sent_at: now(),
        closed: None,
    }
}

fn closing(request: &str) -> Closing {
    Closing { by: UserId::new(), at: now(), request: request.to_owned() }
}

#[tokio::test]
async fn goods_leave_once_and_arrive_once_however_often_it_is_said() {
    let two = Two::new(10, 6).await;
    let inventory = two.ground.inventory();
    let sent = at_once(10, |_| async { inventory.dispatch(&two.transfer).await.unwrap() }).await;
    assert!(sent.iter().all(|sent| matches!(sent, Sent::Done(_))), "also those that find too few left");
    assert_eq!(two.places().await, (4, 6, 0));
    let other = Transfer { note: Some("another".into()), ..two.transfer.clone() };
    assert_eq!(inventory.dispatch(&other).await.unwrap(), Sent::KeyReused);

    let after = two.received(3, 1, "taken");
    let ended = at_once(10, |_| two.end(&after)).await;
    assert!(ended.iter().all(|ended| matches!(ended, Ended::Done(_))));
    assert_eq!(two.places().await, (4, 0, 3), "two were lost and one was broken: nothing stays on its way");
    assert_eq!(two.end(&two.received(4, 0, "taken")).await, Ended::KeyReused);
    assert_eq!(two.end(&two.received(6, 0, "again")).await, Ended::Over(TransferState::Received));
    assert_eq!(two.end(&two.transfer.cancelled(closing("back"))).await, Ended::Over(TransferState::Received));

    let ledger = inventory.movements((&two.transfer.to, &two.ale), 10, None).await.unwrap().items;
    let mut told: Vec<_> = ledger.iter().map(|entry| (entry.change, entry.reason)).collect();
    told.sort_by_key(|(change, _)| *change);
    assert_eq!(
        told,
        [(-2, AdjustmentReason::Lost), (-1, AdjustmentReason::Damaged), (6, AdjustmentReason::TransferredIn)]
    );
    assert!(ledger.iter().all(|entry| entry.reference.as_deref() == Some(two.transfer.id.as_str())));
    for (store, direction) in [(&two.transfer.from, Direction::Out), (&two.transfer.to, Direction::In)] {
        let list = inventory.transfers(store, direction, 10, None).await.unwrap().items;
        assert_eq!((list.len(), list[0].state), (1, TransferState::Received));
    }
    assert_eq!(inventory.transfers(&two.transfer.to, Direction::Out, 10, None).await.unwrap().items, []);
}

#[tokio::test]
async fn a_receipt_and_a_bringing_back_meet_and_one_of_them_holds() {
    for _ in 0..4 {
        let two = Two::new(5, 5).await;
        two.ground.inventory().dispatch(&two.transfer).await.unwrap();
        let (receipt, back) = (two.received(5, 0, "taken"), two.transfer.cancelled(closing("back")));
        let ended = at_once(2, |number| two.end(if number == 0 { &receipt } else { &back })).await;
        let held: Vec<_> =
            ended.iter().filter_map(|it| if let Ended::Done(it) = it { Some(it.state) } else { None }).collect();
        assert_eq!(held.len(), 1, "{ended:?}");
        let came = held[0] == TransferState::Received;
        assert_eq!(two.places().await, if came { (0, 0, 5) } else { (5, 0, 0) });
    }
}

#[tokio::test]
async fn what_orders_hold_and_what_is_held_back_stays() {
    let two = Two::new(10, 8).await;
    let inventory = two.ground.inventory();
    let (from, ale) = (&two.transfer.from, &two.ale);
    let settings = inventory.level(from, ale).await.unwrap().unwrap().settings();
    let settings = sipstr_domain::stock::StockSettings { safety_stock: 3, ..settings };
    inventory.set((from, ale), &settings, 0, now()).await.unwrap();
    let product_id = ale.clone();
    assert_eq!(inventory.dispatch(&two.transfer).await.unwrap(), Sent::NotEnough { product_id, left: 7 });
    let unknown = transfer(from.clone(), two.transfer.to.clone(), &ProductId::new(), 1);
    assert!(matches!(inventory.dispatch(&unknown).await.unwrap(), Sent::NoShelf { .. }));
    let elsewhere = transfer(StoreId::new(), two.transfer.to.clone(), ale, 1);
    assert!(matches!(inventory.dispatch(&elsewhere).await.unwrap(), Sent::Unknown { .. }));
    assert!(inventory.transfer(&two.transfer.id).await.unwrap().is_none(), "nothing was written");
}

#[tokio::test]
async fn buyers_losses_and_a_transfer_meet_and_every_bottle_is_somewhere() {
    let two = Two::new(30, 10).await;
    let inventory = two.ground.inventory();
    at_once(21, async |number| match number {
        20 => drop(inventory.dispatch(&two.transfer).await),
        _ if number % 2 == 0 => {
            drop(
                two.ground.placing().place(two.ground.wish(&two.transfer.from, &[(&two.ale, 1)]).await).await.unwrap(),
            );
        }
        _ => {
            let lost = entry(&two.transfer.from, &two.ale, -1, AdjustmentReason::Stolen);
            assert_eq!(inventory.adjust(&lost).await.unwrap(), Adjusted::Done);
        }
    })
    .await;
    let from = inventory.level(&two.transfer.from, &two.ale).await.unwrap().unwrap();
    let incoming = inventory.level(&two.transfer.to, &two.ale).await.unwrap().unwrap().incoming;
    let ordered = 10;
    assert_eq!(from.on_hand() - ordered, two.free(&two.transfer.from, 2).await);
    assert_eq!(from.on_hand() + incoming + from.written_off, 30);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_found_by_the_repetition() {
    let two = Two::new(9, 4).await;
    let faults = Faults::new();
    let unlucky = sipstr_storage::inventory::Inventory::new(two.ground.over(&faults), two.ground.table("inventory"));
    faults.next(1, "TransactWriteItems", Fault::LostAnswer);
    drop(unlucky.dispatch(&two.transfer).await);
    assert!(matches!(unlucky.dispatch(&two.transfer).await.unwrap(), Sent::Done(_)));
    assert_eq!(two.places().await, (5, 4, 0));
    let after = two.transfer.cancelled(closing("back"));
    faults.next(1, "TransactWriteItems", Fault::LostAnswer);
    drop(unlucky.end_transfer(&two.transfer, &after).await);
    assert!(matches!(unlucky.end_transfer(&two.transfer, &after).await.unwrap(), Ended::Done(_)));
    assert_eq!(two.places().await, (9, 0, 0));
}

#[tokio::test]
async fn what_is_sent_is_of_the_lot_that_ends_first_and_lots_stay_within_what_is_on_hand() {
    let two = Two::new(0, 5).await;
    let inventory = two.ground.inventory();
    for (number, units, day) in [("LATE", 6, 20), ("SOON", 4, 5)] {
        let best_before = Some(jiff::civil::date(2027, 6, day));
        let lot = Some(LotNamed { number: number.to_owned().try_into().unwrap(), best_before });
        let came = LedgerEntry { lot, ..entry(&two.transfer.from, &two.ale, units, AdjustmentReason::Received) };
        assert_eq!(inventory.adjust(&came).await.unwrap(), Adjusted::Done);
    }
    assert!(matches!(inventory.dispatch(&two.transfer).await.unwrap(), Sent::Done(_)));
    let mut left: Vec<u32> =
        inventory.lots((&two.transfer.from, &two.ale)).await.unwrap().iter().map(|lot| lot.remaining).collect();
    left.sort_unstable();
    assert_eq!(left, [0, 5], "all that ends soon, and one of the others");
    inventory.end_transfer(&two.transfer, &two.received(5, 0, "dock")).await.unwrap();
    assert_eq!(inventory.lots((&two.transfer.to, &two.ale)).await.unwrap(), [], "it arrives without a lot");
}
