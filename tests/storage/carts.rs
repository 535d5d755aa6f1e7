//! Carts, lists and links: every write has its condition, and an order closes one cart.

use jiff::{SignedDuration, Timestamp};
use sipstr_domain::cart::guest::GuestCart;
use sipstr_domain::cart::list::{MAX_LISTS, SavedList};
use sipstr_domain::cart::share::{Share, SharedCart};
use sipstr_domain::cart::{Cart, CartLine};
use sipstr_domain::{CartId, ListId, ProductId, ShareId, StoreId, UserId};
use sipstr_storage::lists::Added;
use sipstr_storage::placing::Placed;

use crate::ground::{Ground, at_once, now};

fn filled(customer: &UserId, store: &StoreId, chosen: Timestamp) -> Cart {
    let mut cart = Cart { chosen_at: Some(chosen), ..Cart::new(customer.clone(), store.clone()) };
    cart.lines.set(ProductId::new(), 2).unwrap();
    cart.touch(chosen);
    cart
}

#[tokio::test]
async fn a_customer_has_a_cart_of_each_store_and_the_last_chosen_is_current() {
    let ground = Ground::new().await;
    let (ada, corner, market) = (UserId::new(), StoreId::new(), StoreId::new());
    assert_eq!(ground.carts().current(&ada).await.unwrap(), None);
    let (first, second) = (filled(&ada, &corner, now()), filled(&ada, &market, now() + SignedDuration::from_millis(1)));
    for cart in [&first, &second] {
        assert!(ground.carts().store(cart).await.unwrap());
    }
    let current = ground.carts().current(&ada).await.unwrap().unwrap();
    assert_eq!(current, Cart { version: 1, ..second });
    assert_eq!(ground.carts().of_customer(&ada).await.unwrap().len(), 2);
    assert_eq!(ground.carts().of_customer(&UserId::new()).await.unwrap(), []);
}

#[tokio::test]
async fn of_twenty_who_write_one_version_one_does() {
    let ground = Ground::new().await;
    let cart = filled(&UserId::new(), &StoreId::new(), now());
    let stored = at_once(20, |_| {
        let (carts, cart) = (ground.carts(), cart.clone());
        async move { carts.store(&cart).await.unwrap() }
    });
    assert_eq!(stored.await.into_iter().filter(|stored| *stored).count(), 1);
}

#[tokio::test]
async fn an_order_leaves_the_carts_of_other_stores_and_the_index_alone() {
    let ground = Ground::new().await;
    let (store, other) = (StoreId::new(), StoreId::new());
    let ale = ground.stock(&store, 5, 1).await;
    let mut wish = ground.wish(&store, &[(&ale, 1)]).await;
    let ada = wish.order.customer_id.clone();
    let then = now() - SignedDuration::from_hours(9);
    let watched = Cart { version: 1, ..filled(&ada, &store, then) };
    assert!(ground.carts().store(&watched).await.unwrap());
    assert!(ground.carts().store(&filled(&ada, &other, now())).await.unwrap());
    wish.cart_version = 2;
    assert!(matches!(ground.placing().place(wish).await.unwrap(), Placed::New(_)));
    let closed = ground.carts().of_store(&ada, &store).await.unwrap();
    assert_eq!((closed.version, closed.lines.is_empty(), closed.idle_since), (3, true, watched.idle_since));
    assert!(!ground.carts().of_store(&ada, &other).await.unwrap().lines.is_empty());
    // The sweep takes it out of the index.
    assert_eq!(ground.carts().idle(now() - SignedDuration::from_hours(4), 10).await.unwrap().len(), 1);
    assert!(ground.carts().watch(&closed, None).await.unwrap());
    assert_eq!(ground.carts().idle(now(), 10).await.unwrap().len(), 1, "only the other one is watched");
}

#[tokio::test]
async fn of_ten_sweeps_one_reminds_and_of_another_version_none() {
    let ground = Ground::new().await;
    let cart = filled(&UserId::new(), &StoreId::new(), now());
    assert!(ground.carts().store(&cart).await.unwrap());
    let stored = Cart { version: 1, ..cart };
    let stale = Cart { version: 0, ..stored.clone() };
    assert!(!ground.carts().remind(&stale, now()).await.unwrap(), "it was changed since");
    let reminded = at_once(10, |_| {
        let (carts, cart) = (ground.carts(), stored.clone());
        async move { carts.remind(&cart, now()).await.unwrap() }
    });
    assert_eq!(reminded.await.into_iter().filter(|reminded| *reminded).count(), 1);
    let after = ground.carts().of_store(&stored.customer_id, &stored.store_id).await.unwrap();
    assert_eq!((after.version, after.idle_since, after.reminded.map(|r| r.version)), (1, None, Some(1)));
    assert_eq!(ground.carts().idle(now(), 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_guests_cart_goes_into_one_cart_only() {
    let ground = Ground::new().await;
    let store = StoreId::new();
    let mut guest = GuestCart::new(CartId::new(), "hash".into(), store.clone(), now());
    guest.lines.set(ProductId::new(), 3).unwrap();
    ground.carts().add_guest(&guest).await.unwrap();
    assert_eq!(ground.carts().guest(&guest.id).await.unwrap().as_ref(), Some(&guest));
    let merged = at_once(10, |_| {
        let (carts, guest, store, customer) = (ground.carts(), guest.clone(), store.clone(), UserId::new());
        async move {
            let (mut cart, mut closed) = (Cart::new(customer.clone(), store), guest.clone());
            let left_out = cart.take_over(&guest, now());
            closed.close(customer.clone(), left_out, now());
            (customer, carts.merge(&cart, &closed).await.unwrap())
        }
    });
    for (customer, won) in merged.await {
        let cart = ground.carts().of_store(&customer, &store).await.unwrap();
        assert_eq!(!cart.lines.is_empty(), won, "both or neither");
    }
    let closed = ground.carts().guest(&guest.id).await.unwrap().unwrap();
    assert!(closed.merged.is_some() && closed.lines.is_empty());
    assert!(!ground.carts().remove_guest(&guest.id).await.unwrap(), "it stays for a repetition");
    assert!(!ground.carts().store_guest(&GuestCart { merged: None, ..closed }).await.unwrap(), "it is closed");
}

#[tokio::test]
async fn lists_are_counted_and_removed_by_version() {
    let ground = Ground::new().await;
    let ada = UserId::new();
    let list = || SavedList::new(ListId::new(), ada.clone(), "Friday".parse().unwrap(), now());
    let first = list();
    assert_eq!(ground.carts().add_list(&first).await.unwrap(), Added::New);
    assert_eq!(ground.carts().add_list(&first).await.unwrap(), Added::Before(Box::new(first.clone())));
    let added = at_once(MAX_LISTS + 5, |_| {
        let (carts, list) = (ground.carts(), list());
        async move {
            loop {
                // So many at once on one counter: who meets too many others tries again.
                if let Ok(added) = carts.add_list(&list).await {
                    return added;
                }
            }
        }
    });
    let new = added.await.into_iter().filter(|added| *added == Added::New).count();
    assert_eq!((new, ground.carts().lists(&ada).await.unwrap().len()), (MAX_LISTS - 1, MAX_LISTS));
    assert!(ground.carts().store_list(&first).await.unwrap());
    assert!(!ground.carts().store_list(&first).await.unwrap() && !ground.carts().remove_list(&first).await.unwrap());
    assert!(ground.carts().remove_list(&SavedList { version: 2, ..first }).await.unwrap());
    assert_eq!(ground.carts().add_list(&list()).await.unwrap(), Added::New, "there is room for one again");
}

#[tokio::test]
async fn a_link_is_revoked_once_and_not_made_anew() {
    let ground = Ground::new().await;
    let (ada, store) = (UserId::new(), StoreId::new());
    let (id, token_hash, then) = (ShareId::new(), "hash".to_owned(), now());
    let link = Share { id, token_hash, store_id: store.clone(), made_at: then, expires_at: then, revoked_at: None };
    let shown = SharedCart { store_id: store, lines: Vec::new(), expires_at: then };
    assert!(ground.carts().add_share(&ada, &link, &shown).await.unwrap());
    assert!(ground.carts().revoke(&ada, &link, then).await.unwrap());
    assert!(!ground.carts().revoke(&ada, &link, then).await.unwrap());
    assert!(!ground.carts().add_share(&ada, &link, &shown).await.unwrap());
    assert_eq!(ground.carts().shown("hash").await.unwrap(), None);
}

#[tokio::test]
async fn nothing_of_a_customer_is_left_and_of_others_all() {
    let ground = Ground::new().await;
    let (ada, bea, store) = (UserId::new(), UserId::new(), StoreId::new());
    let share = |hash: &str| Share {
        id: ShareId::new(),
        token_hash: hash.to_owned(),
        store_id: store.clone(),
        made_at: now(),
        expires_at: now(),
        revoked_at: None,
    };
    let lines = vec![CartLine { product_id: ProductId::new(), quantity: 1 }];
    let shown = SharedCart { store_id: store.clone(), lines, expires_at: now() };
    for (person, hash) in [(&ada, "a"), (&bea, "b")] {
        assert!(ground.carts().store(&filled(person, &store, now())).await.unwrap());
        let list = SavedList::new(ListId::new(), person.clone(), "Friday".parse().unwrap(), now());
        assert_eq!(ground.carts().add_list(&list).await.unwrap(), Added::New);
        let link = share(hash);
        assert!(ground.carts().add_share(person, &link, &shown).await.unwrap());
        assert!(!ground.carts().add_share(person, &link, &shown).await.unwrap(), "it was made before");
        assert_eq!(ground.carts().shown(hash).await.unwrap().as_ref(), Some(&shown));
    }
    let read = ground.carts().of_store(&ada, &store).await.unwrap();
    for _ in 0..2 {
        ground.carts().remove_all(&ada).await.unwrap();
    }
    assert!(!ground.carts().store(&read).await.unwrap(), "a change that was under way brings nothing back");
    assert_eq!(ground.carts().of_customer(&ada).await.unwrap(), []);
    assert_eq!(ground.carts().lists(&ada).await.unwrap(), []);
    assert_eq!(ground.carts().shares(&ada).await.unwrap(), []);
    assert_eq!(
        (ground.carts().shown("a").await.unwrap(), ground.carts().shown("b").await.unwrap()),
        (None, Some(shown))
    );
    assert_eq!(ground.carts().of_customer(&bea).await.unwrap().len(), 1);
    assert_eq!(ground.carts().shares(&bea).await.unwrap().len(), 1);
}
