//! An order moves on under contention, and its bottles come back once, whoever lets go of them.

use jiff::SignedDuration;
use sipstr_domain::order::{Action, Actor, DueKind, Order, OrderState, Refusal};
use sipstr_domain::promotion::{Benefit, Entry, Promotion, Rules};
use sipstr_domain::{OrderId, ProductId, StoreId, UserId};
use sipstr_storage::orders::Advance;
use sipstr_storage::placing::{Placed, Wish};

use crate::ground::{Ground, at_once, now};

async fn placed(ground: &Ground, wish: Wish) -> Order {
    match ground.placing().place(wish).await.expect("an answer") {
        Placed::New(order) => *order,
        other => panic!("{other:?}"),
    }
}

async fn advance(ground: &Ground, id: &OrderId, action: Action) -> Advance {
    let later = now() + SignedDuration::from_mins(11);
    ground.orders().advance(&ground.give_back(), id, &action, Actor::System, later).await.expect("an answer")
}

async fn three_ales(ground: &Ground) -> (StoreId, ProductId, Order) {
    let store = StoreId::new();
    let ale = ground.stock(&store, 6, 3).await;
    let mut wish = ground.wish(&store, &[(&ale, 3)]).await;
    wish.shelves.insert(ale.clone(), sipstr_domain::stock::Shelf::new(3));
    let order = placed(ground, wish).await;
    assert_eq!(ground.free(&store, &ale, 3).await, [0, 1, 2]);
    (store, ale, order)
}

#[tokio::test]
async fn twenty_cancel_and_expire_at_once_and_the_bottles_come_back_once() {
    let ground = Ground::new().await;
    let (store, ale, order) = three_ales(&ground).await;
    let answers = at_once(20, |number| {
        let action = if number % 2 == 0 { Action::Expire } else { Action::Cancel { reason: "late".into() } };
        advance(&ground, &order.id, action)
    });
    let changed = answers.await.iter().filter(|answer| matches!(answer, Advance::Changed(_))).count();
    assert_eq!(changed, 1);
    assert_eq!(ground.free(&store, &ale, 3).await, [2, 2, 2]);
}

#[tokio::test]
async fn payment_and_expiry_meet_and_the_order_is_kept_or_given_back() {
    let ground = Ground::new().await;
    for _ in 0..5 {
        let (store, ale, order) = three_ales(&ground).await;
        at_once(8, |number| {
            let action = if number % 2 == 0 { Action::Expire } else { Action::Capture { amount: order.total } };
            advance(&ground, &order.id, action)
        })
        .await;
        let settled = ground.orders().get(&order.id).await.unwrap().unwrap();
        let free: u32 = ground.free(&store, &ale, 3).await.iter().sum();
        match settled.state {
            OrderState::Confirmed => assert_eq!((free, settled.payment.refund_due), (3, 0)),
            OrderState::Expired => assert_eq!((free, settled.payment.refund_due), (6, order.total)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_the_domain_refuses_or_knows_already_writes_nothing() {
    let ground = Ground::new().await;
    let (_, _, order) = three_ales(&ground).await;
    let refused = advance(&ground, &order.id, Action::PickUp).await;
    assert!(matches!(refused, Advance::Refused(Refusal::WrongState { .. })), "{refused:?}");
    assert_eq!(advance(&ground, &OrderId::new(), Action::Expire).await, Advance::NotFound);
    let paid = Action::Capture { amount: order.total };
    assert!(matches!(advance(&ground, &order.id, paid.clone()).await, Advance::Changed(_)));
    let Advance::Unchanged(seen) = advance(&ground, &order.id, paid).await else { panic!("it was paid before") };
    assert_eq!(seen.version, order.version + 1);
}

#[tokio::test]
async fn a_code_of_an_order_that_never_came_to_be_may_be_used_again() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 6, 1).await;
    let code = Promotion {
        code: "ONLYONE".to_owned().try_into().expect("a code"),
        title: "One".into(),
        benefit: Benefit::FreeDelivery,
        version: 1,
        entry: Entry::Code,
        rules: Rules::default(),
        store_id: None,
        starts_at: now(),
        ends_at: now(),
        limit: 1,
        used: 0,
        lane: 0,
        exclusive: false,
        per_customer: Some(1),
        budget: None,
        budget_left: None,
    };
    assert!(ground.promotions().add(&code).await.unwrap());
    for _ in 0..2 {
        let mut wish = ground.wish(&store, &[(&ale, 1)]).await;
        wish.order.promotions = vec![code.used_for(499, None)];
        let order = placed(&ground, wish).await;
        at_once(5, |_| advance(&ground, &order.id, Action::Expire)).await;
        assert_eq!(ground.promotions().get(&code.code).await.unwrap().unwrap().used, 0);
    }
}

#[tokio::test]
async fn the_index_of_what_is_due_finds_an_order_until_it_is_done() {
    let ground = Ground::new().await;
    let (_, _, order) = three_ales(&ground).await;
    let later = order.expires_at + SignedDuration::from_secs(1);
    let due = async |kind, at| ground.orders().due(kind, at, 10).await.expect("orders").len();
    assert_eq!(due(DueKind::Expiry, now()).await, 0, "not yet");
    assert_eq!(due(DueKind::Expiry, later).await, 1);
    advance(&ground, &order.id, Action::Expire).await;
    assert_eq!(due(DueKind::Expiry, later).await, 0);
    // Money that comes afterwards is due back.
    advance(&ground, &order.id, Action::Capture { amount: order.total }).await;
    let much_later = now() + SignedDuration::from_hours(1);
    assert_eq!(due(DueKind::Payment, much_later).await, 1);
    advance(&ground, &order.id, Action::SettleRefund { refunded: order.total }).await;
    assert_eq!(due(DueKind::Payment, much_later).await, 0);
}

#[tokio::test]
async fn orders_are_listed_newest_first_a_page_at_a_time() {
    let ground = Ground::new().await;
    let (store, ada) = (StoreId::new(), UserId::new());
    let ale = ground.stock(&store, 6, 1).await;
    let mut placed_at = now();
    let mut expected = Vec::new();
    for version in 0..5 {
        let mut wish = crate::ground::wish(crate::ground::order(&ada, &store, &[(&ale, 1)]));
        if version == 0 {
            ground.carts().store(&sipstr_domain::cart::Cart::new(ada.clone(), store.clone())).await.unwrap();
        }
        placed_at += SignedDuration::from_secs(1);
        wish.order.placed_at = placed_at;
        expected.insert(0, placed(&ground, Wish { cart_version: version + 1, ..wish }).await.id);
    }
    let (mut seen, mut from) = (Vec::new(), None);
    loop {
        let page = ground.orders().of_customer(&ada, 2, from).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|order| order.id));
        match page.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, expected);
    assert_eq!(ground.orders().of_store(&store, 10, None).await.unwrap().items.len(), 5);
}
