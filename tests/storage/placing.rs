//! Placing is one transaction: all of it or nothing, and once.

use sipstr_domain::cart::MAX_LINES;
use sipstr_domain::promotion::{Benefit, Entry, Promotion, Rules};
use sipstr_domain::stock::{Shelf, Take};
use sipstr_domain::{StoreId, UserId};
use sipstr_storage::placing::{Placed, Shortage, Wish};

use crate::ground::{Ground, at_once, now, order, wish};

fn promotion(code: &str, limit: u32, once_per_customer: bool) -> Promotion {
    Promotion {
        code: code.to_owned().try_into().expect("a code"),
        title: "Welcome".into(),
        benefit: Benefit::FreeDelivery,
        version: 1,
        entry: Entry::Code,
        rules: Rules::default(),
        store_id: None,
        starts_at: now(),
        ends_at: now(),
        limit,
        used: 0,
        lane: 0,
        exclusive: false,
        per_customer: once_per_customer.then_some(1),
        budget: None,
        budget_left: None,
    }
}

fn with(promotion: &Promotion, mut wish: Wish) -> Wish {
    wish.order.promotions = vec![promotion.used_for(499, None)];
    wish
}

#[tokio::test]
async fn a_new_order_takes_its_bottles_and_closes_the_cart() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    let wish = ground.wish(&store, &[(&ale, 3)]).await;
    let customer = wish.order.customer_id.clone();

    let Placed::New(placed) = ground.placing().place(wish).await.unwrap() else { panic!("the order is new") };
    assert_eq!(placed.lines[0].takes, [Take { bucket: 0, quantity: 3 }]);
    assert_eq!(ground.orders().get(&placed.id).await.unwrap().as_ref(), Some(&*placed));
    assert_eq!(ground.free(&store, &ale, 1).await, [7]);
    assert_eq!(ground.carts().of_store(&customer, &store).await.unwrap().version, 2);
}

#[tokio::test]
async fn what_one_transaction_cannot_hold_is_refused_and_nothing_is_taken() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let (ale, gin) = (ground.stock(&store, 60, 60).await, ground.stock(&store, 60, 60).await);
    // One bottle a bucket: 120 buckets for two lines.
    let mut wish = ground.wish(&store, &[(&ale, 60), (&gin, 60)]).await;
    wish.shelves = [&ale, &gin].map(|product| (product.clone(), Shelf::new(60))).into();
    let id = wish.order.id.clone();
    assert_eq!(ground.placing().place(wish).await.unwrap(), Placed::TooLarge);
    assert_eq!(ground.orders().get(&id).await.unwrap(), None);
    assert_eq!(ground.free(&store, &ale, 60).await, [1; 60]);
}

#[tokio::test]
async fn the_same_order_again_is_the_stored_one_whatever_it_asks_for() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 3, 1).await;
    let first = ground.wish(&store, &[(&ale, 3)]).await;
    let mut again = order(&first.order.customer_id, &store, &[(&ale, 3)]);
    again.id = first.order.id.clone();
    again.request_hash = "another".into();

    let Placed::New(placed) = ground.placing().place(first).await.unwrap() else { panic!("the order is new") };
    // It took the last bottles, and its repetition is not told that there are none.
    let answer = ground.placing().place(wish(again)).await.unwrap();
    assert_eq!(answer, Placed::Before(placed));
    assert_eq!(ground.free(&store, &ale, 1).await, [0]);
}

#[tokio::test]
async fn twenty_identical_requests_are_one_order() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 5, 1).await;
    let first = ground.wish(&store, &[(&ale, 5)]).await;
    let answers = at_once(20, |_| ground.placing_one(wish(first.order.clone()))).await;
    let new = answers.iter().filter(|answer| matches!(answer, Placed::New(_))).count();
    let before = answers.iter().filter(|answer| matches!(answer, Placed::Before(_))).count();
    assert_eq!((new, before), (1, 19));
    assert_eq!(ground.free(&store, &ale, 1).await, [0]);
}

#[tokio::test]
async fn who_comes_too_late_is_told_what_is_left_of_each_line_and_nothing_is_taken() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let (ale, gin, rum) =
        (ground.stock(&store, 10, 1).await, ground.stock(&store, 1, 1).await, ground.stock(&store, 4, 2).await);
    let wish = ground.wish(&store, &[(&ale, 2), (&gin, 2), (&rum, 9)]).await;
    let (id, customer) = (wish.order.id.clone(), wish.order.customer_id.clone());

    // What the request thinks of the shelves is old; it has never seen the second bucket of the rum.
    let mut wish = wish;
    for (product, buckets) in [(&ale, 1), (&gin, 1), (&rum, 2)] {
        let mut shelf = sipstr_domain::stock::Shelf::new(buckets);
        shelf.see(0, 9);
        wish.shelves.insert(product.clone(), shelf);
    }
    let Placed::OutOfStock(short) = ground.placing().place(wish).await.unwrap() else { panic!("there is not enough") };
    let missing = |product_id: &_, wanted, left| Shortage { product_id: Clone::clone(product_id), wanted, left };
    assert_eq!(short, [missing(&gin, 2, 1), missing(&rum, 9, 4)]);
    assert_eq!(ground.free(&store, &ale, 1).await, [10], "all or nothing");
    assert_eq!(ground.orders().get(&id).await.unwrap(), None);
    assert_eq!(ground.carts().of_store(&customer, &store).await.unwrap().version, 1);
}

#[tokio::test]
async fn a_line_may_take_from_several_buckets() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 9, 3).await;
    let mut wish = ground.wish(&store, &[(&ale, 7)]).await;
    wish.shelves.insert(ale.clone(), sipstr_domain::stock::Shelf::new(3));
    let Placed::New(placed) = ground.placing().place(wish).await.unwrap() else { panic!("there is enough") };
    assert_eq!(placed.lines[0].takes.iter().map(|take| take.quantity).collect::<Vec<_>>(), [3, 3, 1]);
    assert_eq!(ground.free(&store, &ale, 3).await, [0, 0, 2]);
}

#[tokio::test]
async fn the_fullest_cart_with_a_code_fits_into_one_transaction() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let products = at_once(MAX_LINES, |_| ground.stock(&store, 1, 1)).await;
    let code = promotion("FULL-CART", 1, true);
    assert!(ground.promotions().add(&code).await.unwrap());
    let lines: Vec<_> = products.iter().map(|product| (product, 1)).collect();
    let wish = ground.wish(&store, &lines).await;
    let placed = ground.placing_one(with(&code, wish)).await;
    assert!(matches!(placed, Placed::New(_)));
    let left = ground.inventory().available(&store, &products).await.unwrap();
    assert!(left.values().all(|free| *free == 0));
}

#[tokio::test]
async fn buyers_who_prefer_different_buckets_take_from_different_buckets() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 12, 4).await;
    for preferred in 0..4 {
        let mut wish = ground.wish(&store, &[(&ale, 1)]).await;
        let mut shelf = sipstr_domain::stock::Shelf::new(4);
        shelf.see(0, 3); // all that a quote reads
        wish.shelves.insert(ale.clone(), shelf);
        let placed = ground.placing().place(Wish { preferred, ..wish }).await.unwrap();
        assert!(matches!(placed, Placed::New(_)));
    }
    assert_eq!(ground.free(&store, &ale, 4).await, [2, 2, 2, 2]);
}

#[tokio::test]
async fn forty_buyers_and_twenty_bottles_in_four_buckets() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 20, 4).await;
    let answers = at_once(40, async |number| {
        let mut wish = ground.wish(&store, &[(&ale, 1)]).await;
        wish.shelves.insert(ale.clone(), sipstr_domain::stock::Shelf::new(4));
        ground.placing_one(Wish { preferred: number as u16, ..wish }).await
    });
    let answers = answers.await;
    let sold = answers.iter().filter(|answer| matches!(answer, Placed::New(_))).count();
    let refused = answers.iter().filter(|answer| matches!(answer, Placed::OutOfStock(_))).count();
    assert_eq!((sold, refused), (20, 20));
    assert_eq!(ground.free(&store, &ale, 4).await, [0; 4]);
}

#[tokio::test]
async fn a_cart_that_moved_on_is_not_ordered() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    let wish = ground.wish(&store, &[(&ale, 1)]).await;
    let cart = ground.carts().of_store(&wish.order.customer_id, &store).await.unwrap();
    assert!(ground.carts().store(&cart).await.unwrap());
    assert!(!ground.carts().store(&cart).await.unwrap(), "a stale copy is not stored");
    assert_eq!(ground.placing().place(wish).await.unwrap(), Placed::CartMoved);
    assert_eq!(ground.free(&store, &ale, 1).await, [10]);
}

#[tokio::test]
async fn a_code_is_used_as_often_as_it_may_be_and_once_by_each() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 10, 1).await;
    let code = promotion("WELCOME", 2, true);
    assert!(ground.promotions().add(&code).await.unwrap());
    assert!(!ground.promotions().add(&code).await.unwrap());

    let first = ground.wish(&store, &[(&ale, 1)]).await;
    let ada: UserId = first.order.customer_id.clone();
    let mut second = wish(order(&ada, &store, &[(&ale, 1)]));
    second.cart_version = 2;
    let placed = |wish: Wish| ground.placing_one(with(&code, wish));
    assert!(matches!(placed(first).await, Placed::New(_)));
    assert_eq!(placed(second).await, Placed::PromotionUsedUp, "Ada has used it");
    assert!(matches!(placed(ground.wish(&store, &[(&ale, 1)]).await).await, Placed::New(_)));
    assert_eq!(placed(ground.wish(&store, &[(&ale, 1)]).await).await, Placed::PromotionUsedUp, "twice is the limit");
    assert_eq!(ground.promotions().get(&code.code).await.unwrap().unwrap().used, 2);
    assert_eq!(ground.free(&store, &ale, 1).await, [8]);
}

impl Ground {
    async fn placing_one(&self, wish: Wish) -> Placed {
        self.placing().place(wish).await.expect("an answer")
    }
}
