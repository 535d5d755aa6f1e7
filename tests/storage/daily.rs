//! A daily cap holds whoever orders at once, and what came to nothing is counted back once.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sipstr_domain::cart::{Cart, CartLine};
use sipstr_domain::order::{Action, Actor, Order};
use sipstr_domain::stock::{Caps, Shelf, StockSettings};
use sipstr_domain::store::Store;
use sipstr_domain::{ProductId, StoreId, UserId};
use sipstr_storage::Item;
use sipstr_storage::checkout::{Checkout, Question};
use sipstr_storage::inventory::Set;
use sipstr_storage::orders::Advance;
use sipstr_storage::placing::{Placed, Shortage, Wish};
use sipstr_storage::stores::Stores;
use sipstr_testkit::{Faults, store_somewhere};

use crate::ground::{Ground, at_once, now, order, wish};

impl Ground {
    /// Says how many of a product one customer may order a day.
    async fn cap(&self, store: &StoreId, product: &ProductId, per_day: Option<u32>) {
        let version = self.inventory().level(store, product).await.unwrap().unwrap().settings_version;
        let settings = StockSettings { caps: Caps { per_day, ..Caps::default() }, ..StockSettings::default() };
        let set = self.inventory().set((store, product), &settings, version, now()).await.unwrap();
        assert!(matches!(set, Set::Done(_)), "{set:?}");
    }

    async fn capped(&self, store: &StoreId, bottles: u32, per_day: u32) -> ProductId {
        let product = self.stock(store, bottles, 1).await;
        self.cap(store, &product, Some(per_day)).await;
        product
    }

    /// A customer with a cart, for several orders.
    async fn customer(&self, store: &StoreId) -> UserId {
        let customer = UserId::new();
        assert!(self.carts().store(&Cart::new(customer.clone(), store.clone())).await.unwrap());
        customer
    }

    /// Places an order of a customer, of whose cart others may be faster.
    async fn buy(&self, customer: &UserId, store: &StoreId, lines: &[(&ProductId, u32)]) -> Placed {
        self.buy_on(today(), customer, store, lines).await
    }

    async fn buy_on(&self, today: Date, customer: &UserId, store: &StoreId, lines: &[(&ProductId, u32)]) -> Placed {
        let mut wanted = order(customer, store, lines);
        wanted.placed_at = now();
        loop {
            let cart_version = self.carts().of_store(customer, store).await.unwrap().version;
            let wish = Wish { cart_version, today, ..wish(wanted.clone()) };
            match self.placing().place(wish).await {
                Ok(Placed::CartMoved) => {}
                Err(error) if error.is_transient() => {}
                placed => return placed.unwrap(),
            }
        }
    }

    /// What the counter of a customer's day says.
    async fn counted(&self, customer: &UserId, store: &StoreId, product: &ProductId, on: Date) -> Option<u32> {
        let item = self.counter(customer, store, product, on).await?;
        let ttl: i64 = item["ttl"].as_n().unwrap().parse().unwrap();
        assert!(ttl > Timestamp::now().as_second() + 3 * 86_400, "it stays some days, and goes by itself");
        Some(item["taken"].as_n().unwrap().parse().unwrap())
    }

    async fn counter(&self, customer: &UserId, store: &StoreId, product: &ProductId, on: Date) -> Option<Item> {
        let key = counter_key(customer, store, product, on);
        let get = self.db.get_item().table_name(self.table("inventory")).set_key(Some(key)).consistent_read(true);
        get.send().await.unwrap().item
    }

    async fn cancel(&self, order: &Order) -> bool {
        let action = Action::Cancel { reason: "late".into() };
        let moved = self.orders().advance(&self.give_back(), &order.id, &action, Actor::Customer, now()).await.unwrap();
        matches!(moved, Advance::Changed(_))
    }
}

fn counter_key(customer: &UserId, store: &StoreId, product: &ProductId, on: Date) -> Item {
    let text = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
    [("pk".to_owned(), text(format!("D#{store}#{customer}"))), ("sk".to_owned(), text(format!("{on}#{product}")))]
        .into()
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn new(placed: Placed) -> Order {
    match placed {
        Placed::New(order) => *order,
        other => panic!("{other:?}"),
    }
}

fn too_many(product: &ProductId, wanted: u32, left: u32) -> Placed {
    Placed::TooManyToday(vec![Shortage { product_id: product.clone(), wanted, left }])
}

#[tokio::test]
async fn fifty_orders_at_once_take_no_more_than_the_cap() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.capped(&store, 100, 7).await;
    let ada = ground.customer(&store).await;
    let answers = at_once(50, async |_| ground.buy(&ada, &store, &[(&ale, 1)]).await).await;
    let sold = answers.iter().filter(|answer| matches!(answer, Placed::New(_))).count();
    let refused = answers.iter().filter(|answer| **answer == too_many(&ale, 1, 0)).count();
    assert_eq!((sold, refused), (7, 43));
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, Some(7));
    assert_eq!(ground.free(&store, &ale, 1).await, [93]);

    let bob = ground.customer(&store).await;
    assert_eq!(ground.buy(&bob, &store, &[(&ale, 8)]).await, too_many(&ale, 8, 7), "more than the cap of an empty day");
    new(ground.buy(&bob, &store, &[(&ale, 7)]).await);
    assert_eq!(ground.buy(&ada, &store, &[(&ale, 1)]).await, too_many(&ale, 1, 0));
}

#[tokio::test]
async fn orders_and_cancellations_at_once_leave_the_count_of_what_stands() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.capped(&store, 100, 6).await;
    let ada = ground.customer(&store).await;
    let standing = at_once(24, async |number| {
        let quantity = 1 + u32::try_from(number % 3).unwrap();
        let Placed::New(order) = ground.buy(&ada, &store, &[(&ale, quantity)]).await else { return 0 };
        if number % 2 == 0 {
            return quantity;
        }
        // Whoever comes second finds it done.
        let cancelled = at_once(4, |_| ground.cancel(&order)).await;
        assert_eq!(cancelled.iter().filter(|changed| **changed).count(), 1);
        0
    })
    .await;
    let standing: u32 = standing.iter().sum();
    assert!((1..=6).contains(&standing), "{standing}");
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, Some(standing));
    assert_eq!(ground.free(&store, &ale, 1).await, [100 - standing]);
}

#[tokio::test]
async fn each_day_each_store_and_each_product_counts_for_itself() {
    let ground = Ground::new().await;
    let (store, elsewhere) = (StoreId::new(), StoreId::new());
    let (ale, gin) = (ground.capped(&store, 9, 2).await, ground.capped(&store, 9, 1).await);
    let there = ground.capped(&elsewhere, 9, 2).await;
    let ada = ground.customer(&store).await;
    ground.carts().store(&Cart::new(ada.clone(), elsewhere.clone())).await.unwrap();

    new(ground.buy(&ada, &store, &[(&ale, 2), (&gin, 1)]).await);
    new(ground.buy(&ada, &elsewhere, &[(&there, 2)]).await);
    let both = ground.buy(&ada, &store, &[(&ale, 1), (&gin, 1)]).await;
    let missing = |product: &ProductId| Shortage { product_id: product.clone(), wanted: 1, left: 0 };
    assert_eq!(both, Placed::TooManyToday(vec![missing(&ale), missing(&gin)]));
    let tomorrow = today().tomorrow().unwrap();
    new(ground.buy_on(tomorrow, &ada, &store, &[(&ale, 2)]).await);
    assert_eq!(ground.counted(&ada, &store, &ale, tomorrow).await, Some(2));
    assert_eq!(ground.free(&store, &gin, 1).await, [8], "all or nothing");
}

#[tokio::test]
async fn a_cap_that_changes_while_orders_are_open_leaves_the_count_right() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 50, 1).await;
    let ada = ground.customer(&store).await;
    let before_any = new(ground.buy(&ada, &store, &[(&ale, 5)]).await);
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, None, "nothing is written without a cap");

    ground.cap(&store, &ale, Some(4)).await;
    let counted = new(ground.buy(&ada, &store, &[(&ale, 4)]).await);
    assert_eq!(counted.lines[0].counted_on, Some(today()));
    ground.cap(&store, &ale, Some(3)).await;
    assert_eq!(ground.buy(&ada, &store, &[(&ale, 1)]).await, too_many(&ale, 1, 0), "lowered below what she has");
    ground.cap(&store, &ale, None).await;
    new(ground.buy(&ada, &store, &[(&ale, 9)]).await);
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, Some(4), "without a cap nobody counts");

    // What was not counted is not counted back; what was is, with or without a cap.
    assert!(ground.cancel(&before_any).await);
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, Some(4));
    assert!(ground.cancel(&counted).await);
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, Some(0));
    ground.cap(&store, &ale, Some(6)).await;
    new(ground.buy(&ada, &store, &[(&ale, 6)]).await);
    assert_eq!(ground.free(&store, &ale, 1).await, [50 - 9 - 6]);
}

#[tokio::test]
async fn an_order_that_ends_after_its_counter_gives_its_bottles_back_all_the_same() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.capped(&store, 6, 3).await;
    let ada = ground.customer(&store).await;
    let order = new(ground.buy(&ada, &store, &[(&ale, 3)]).await);
    let key = counter_key(&ada, &store, &ale, today());
    ground.db.delete_item().table_name(ground.table("inventory")).set_key(Some(key)).send().await.unwrap();
    assert!(ground.cancel(&order).await);
    assert_eq!(ground.free(&store, &ale, 1).await, [6]);
    assert_eq!(ground.counted(&ada, &store, &ale, today()).await, None);
}

#[tokio::test]
async fn whatever_ends_an_order_counts_it_back_and_what_was_handed_over_stays_counted() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.capped(&store, 40, 4).await;
    for (place, ending) in ["expired", "payment failed", "rejected", "returned", "handed over"].into_iter().enumerate()
    {
        let ada = ground.customer(&store).await;
        let order = new(ground.buy(&ada, &store, &[(&ale, 4)]).await);
        let paid = || Action::Capture { amount: order.total };
        let to_the_door = || [paid(), Action::Accept { preparation_minutes: 5 }, Action::MarkReady, Action::PickUp];
        let reason = || ending.to_owned();
        let (steps, counted) = match place {
            0 => (vec![Action::Expire], 0),
            1 => (vec![Action::VoidPayment], 0),
            2 => (vec![paid(), Action::Reject { reason: reason() }], 0),
            3 => ([&to_the_door()[..], &[Action::Refuse { reason: reason() }, Action::Return]].concat(), 0),
            _ => ([&to_the_door()[..], &[Action::HandOver]].concat(), 4),
        };
        let later = order.expires_at + SignedDuration::from_mins(1);
        for step in steps {
            // Each is told twice.
            for _ in 0..2 {
                ground.orders().advance(&ground.give_back(), &order.id, &step, Actor::System, later).await.unwrap();
            }
        }
        assert_eq!(ground.counted(&ada, &store, &ale, today()).await, Some(counted), "{ending}");
    }
    assert_eq!(ground.free(&store, &ale, 1).await, [36]);
}

#[tokio::test]
async fn a_bucket_that_is_gone_and_a_counter_that_is_gone_do_not_keep_the_bottles() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let ale = ground.stock(&store, 9, 3).await;
    ground.cap(&store, &ale, Some(3)).await;
    let ada = ground.customer(&store).await;
    let shelves = [(ale.clone(), Shelf::new(3))].into();
    let wish = Wish { preferred: 2, shelves, ..wish(order(&ada, &store, &[(&ale, 3)])) };
    let order = new(ground.placing().place(wish).await.unwrap());
    assert_eq!(order.lines[0].takes[0].bucket, 2);
    let key = counter_key(&ada, &store, &ale, order.lines[0].counted_on.unwrap());
    ground.inventory().resize((&store, &ale), 1, now()).await.unwrap();
    ground.db.delete_item().table_name(ground.table("inventory")).set_key(Some(key)).send().await.unwrap();
    assert!(ground.cancel(&order).await);
    assert_eq!(ground.free(&store, &ale, 1).await, [9]);
}

#[tokio::test]
async fn as_many_counted_lines_fit_into_one_order_as_it_is_said_and_one_more_is_refused() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let products = at_once(50, |_| ground.capped(&store, 2, 1)).await;
    let lines: Vec<_> = products.iter().map(|product| (product, 1)).collect();
    let ada = ground.customer(&store).await;
    assert_eq!(ground.buy(&ada, &store, &lines).await, Placed::TooLarge);
    let order = new(ground.buy(&ada, &store, &lines[..49]).await);
    assert!(ground.cancel(&order).await, "and goes back in one");
    let left = ground.inventory().available(&store, &products).await.unwrap();
    assert!(left.values().all(|free| *free == 2));
    assert_eq!(ground.counted(&ada, &store, &products[0], today()).await, Some(0));
    assert_eq!(ground.counted(&ada, &store, &products[49], today()).await, None);
}

#[tokio::test]
async fn what_was_ordered_today_is_read_for_products_with_a_cap_and_without_one_nothing_more_is() {
    let ground = Ground::new().await;
    let shop = Store { time_zone: "Asia/Tokyo".into(), ..store_somewhere() };
    Stores::new(ground.db.clone(), ground.table("stores")).put(&shop).await.unwrap();
    let store = shop.id;
    let (ale, gin) = (ground.capped(&store, 9, 4).await, ground.stock(&store, 9, 1).await);
    let ada = ground.customer(&store).await;
    let tokyo = Timestamp::now().to_zoned(TimeZone::get("Asia/Tokyo").unwrap()).date();
    new(ground.buy_on(tokyo, &ada, &store, &[(&ale, 3)]).await);

    let line = |product: &ProductId| CartLine { product_id: product.clone(), quantity: 1 };
    let faults = Faults::new();
    let checkout = Checkout {
        db: ground.over(&faults),
        accounts_table: ground.table("accounts"),
        stores_table: ground.table("stores"),
        catalog_table: ground.table("catalog"),
        inventory_table: ground.table("inventory"),
        promotions_table: ground.table("promotions"),
        credits_table: None,
        orders_table: None,
    };
    let both = [line(&ale), line(&gin)];
    let question = |customer, lines, at| Question {
        customer,
        store: &store,
        address: None,
        lines,
        asks: &[],
        automatic: false,
        credit: false,
        order: None,
        now: at,
    };
    let facts = checkout.read(&question(&ada, &both, now())).await.unwrap();
    assert_eq!(facts.taken, [(ale.clone(), 3)].into());
    assert_eq!(faults.calls("BatchGetItem"), 2);
    let facts = checkout.read(&question(&ada, &both, now() + SignedDuration::from_hours(24))).await.unwrap();
    assert!(facts.taken.is_empty(), "another day");
    let facts = checkout.read(&question(&ada, &both[1..], now())).await.unwrap();
    assert!(facts.taken.is_empty());
    assert_eq!(faults.calls("BatchGetItem"), 5, "no round trip more for what has no cap");
}
