//! What a visitor looks at: the stores around, and an assortment in every order.

use sipstr_domain::StoreId;
use sipstr_domain::catalog::{Category, Listing};
use sipstr_domain::geo::Point;
use sipstr_domain::store::Store;
use sipstr_storage::catalog::{Catalog, Sort};
use sipstr_storage::stores::Stores;
use sipstr_testkit::{listing, store_somewhere};

use crate::ground::Ground;

#[tokio::test]
async fn an_assortment_is_paged_in_every_order_without_gaps_or_repetitions() {
    let ground = Ground::new().await;
    let catalog = Catalog::new(ground.db.clone(), ground.table("catalog"));
    let store = store_somewhere();
    // Prices of 4 to 12 digits' worth, and names that tie: the order is by number, and then by product.
    let mut stocked: Vec<Listing> = (0..11).map(|number| listing(&store, number)).collect();
    for (number, listing) in stocked.iter_mut().enumerate() {
        listing.price.amount = [99, 1_000, 9_999_999][number % 3] + number as i64 / 6;
        listing.product.name = ["amber", "Bock", "Čuvée"][number % 3].to_owned();
    }
    catalog.put_many(&stocked).await.unwrap();
    catalog.put_many(&[listing(&store_somewhere(), 0)]).await.unwrap();

    for category in [None, Some(Category::Beer)] {
        let wanted: Vec<&Listing> =
            stocked.iter().filter(|l| category.is_none_or(|category| l.product.category == category)).collect();
        for sort in [Sort::Name, Sort::PriceAscending, Sort::PriceDescending] {
            let seen = all_pages(&catalog, &store.id, category, sort).await;
            let mut expected = wanted.clone();
            match sort {
                Sort::Name => expected.sort_by_key(|l| (l.product.name.to_lowercase(), l.product.id.clone())),
                _ => expected.sort_by_key(|l| (l.price.amount, l.product.id.clone())),
            }
            if sort == Sort::PriceDescending {
                expected.reverse();
            }
            assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{category:?} {sort:?}");
        }
    }
    assert_eq!(catalog.assortment(&store.id).await.unwrap().len(), 11);
    let one = catalog.get(&store.id, &stocked[4].product.id).await.unwrap();
    assert_eq!(one.as_ref(), Some(&stocked[4]));
}

async fn all_pages(catalog: &Catalog, store: &StoreId, category: Option<Category>, sort: Sort) -> Vec<Listing> {
    let (mut seen, mut from) = (Vec::new(), None);
    loop {
        let page = catalog.list(store, category, sort, 3, from).await.unwrap();
        assert!(page.items.len() <= 3);
        seen.extend(page.items);
        match page.next {
            Some(next) => from = Some(next),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn the_stores_that_deliver_here_come_nearest_first() {
    let ground = Ground::new().await;
    let stores = Stores::new(ground.db.clone(), ground.table("stores"));
    let here = Point::new(37.77, -122.42).unwrap();
    // A hundredth of a degree of latitude is 1.1 km; the stores deliver within 8 km.
    let at = |hundredths: f64| Store {
        location: Point::new(37.77 + hundredths / 100.0, -122.42).unwrap(),
        ..store_somewhere()
    };
    let (near, nearer, too_far) = (at(6.0), at(-1.0), at(9.0));
    for store in [&near, &nearer, &too_far] {
        stores.put(store).await.unwrap();
    }
    let found: Vec<StoreId> = stores.near(here).await.unwrap().into_iter().map(|store| store.id).collect();
    assert_eq!(found, [nearer.id.clone(), near.id.clone()]);
    assert_eq!(stores.get(&near.id).await.unwrap(), Some(near));
}
