//! The demo city in the types of the domain.

use std::collections::HashMap;

use anyhow::Context;
use demo_city::city::{self, Promotion as DemoPromotion, PromotionEffect, StockedProduct};
use demo_city::{CatalogueEntry, Category, City, Container, stable_suffix};
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::account::Invalid;
use sipstr_domain::books::Commission;
use sipstr_domain::catalog::{self, Listing, ProductRecord};
use sipstr_domain::geo::Point;
use sipstr_domain::money::Rate;
use sipstr_domain::promotion::{Benefit, Entry, PromoCode, Promotion, Rules};
use sipstr_domain::stock::Level;
use sipstr_domain::store::{DeliveryTerms, Licence, OpeningHours, Store};
use sipstr_domain::terms::Terms;
use sipstr_domain::{Currency, Money, StoreId, delivery::Courier};

use super::people::{self, Person};
use super::records::Records;

/// All that is written, in the form in which it is written.
#[derive(Debug, Serialize)]
pub struct Data {
    pub records: Records,
    pub stores: Vec<Store>,
    pub listings: Vec<Listing>,
    pub levels: Vec<Level>,
    pub people: Vec<Person>,
    pub couriers: Vec<Courier>,
    pub promotions: Vec<Promotion>,
}

impl Data {
    pub fn of(city: &City, products: &[CatalogueEntry]) -> anyhow::Result<Self> {
        let records = Records::of(products)?;
        let by_id: HashMap<&str, &ProductRecord> =
            records.products.iter().map(|record| (record.id.as_str(), record)).collect();
        let (mut listings, mut levels) = (Vec::new(), Vec::new());
        for assortment in &city.assortments {
            let store = store_id(assortment.store)?;
            for item in &assortment.items {
                let record = by_id.get(item.product_id.as_str()).context("a shelf holds what no catalogue knows")?;
                listings.push(listing(&store, record, item)?);
                levels.push(level(&store, item)?);
            }
        }
        Ok(Self {
            records,
            stores: city.stores.iter().map(store).collect::<Result<_, _>>()?,
            listings,
            levels,
            people: people::everyone(city)?,
            couriers: city.couriers.iter().map(people::courier).collect::<Result<_, _>>()?,
            promotions: city.promotions.iter().map(promotion).collect::<Result<_, _>>()?,
        })
    }

    /// Changes with whatever would be written, be it that the data changed or how it is mapped.
    pub fn fingerprint(&self) -> anyhow::Result<String> {
        Ok(stable_suffix("data", &serde_json::to_string(self)?))
    }
}

pub fn store_id(key: &str) -> anyhow::Result<StoreId> {
    Ok(format!("{}{}", StoreId::PREFIX, stable_suffix("sto", key)).parse()?)
}

pub fn point(position: city::Position) -> anyhow::Result<Point> {
    Ok(Point::new(position.lat, position.lng)?)
}

fn store(store: &city::Store) -> anyhow::Result<Store> {
    let address = &store.address;
    let hours = store
        .hours
        .iter()
        .map(|day| Ok(OpeningHours { weekday: day.day as i8, opens: day.opens.parse()?, closes: day.closes.parse()? }));
    Ok(Store {
        id: store_id(store.key)?,
        name: store.name.to_owned(),
        address: format!("{}, {}, {} {}", address.line, address.city, address.region, address.postal_code),
        location: point(address.position)?,
        time_zone: store.time_zone.to_owned(),
        jurisdiction: store.jurisdiction.to_owned(),
        sales_tax: Rate(store.sales_tax_millionths),
        currency: Currency::Usd,
        licence: Licence {
            number: store.licence_number.to_owned(),
            classes: vec![],
            categories: store.licensed_for.iter().copied().map(category).collect(),
            expires_on: store.licence_expires.parse()?,
        },
        hours: hours.collect::<anyhow::Result<_>>()?,
        paused: false,
        delivery: DeliveryTerms {
            radius_metres: store.delivery_radius_metres,
            fee: i64::from(store.delivery_fee_cents),
            minimum_basket: i64::from(store.minimum_basket_cents),
            ..DeliveryTerms::default()
        },
        preparation_minutes: store.preparation_minutes,
        commission: Commission::default(),
    })
}

fn listing(store: &StoreId, record: &ProductRecord, item: &StockedProduct) -> anyhow::Result<Listing> {
    let product = record.product().map_err(|missing| anyhow::anyhow!("{} lacks {missing:?}", record.id))?;
    let price = Money::new(i64::from(item.price_cents), Currency::Usd);
    let terms = Terms { settled_at: Some(Timestamp::UNIX_EPOCH), ..Terms::default() };
    Ok(Listing { store_id: store.clone(), product, price, terms, withdrawn: false })
}

fn level(store: &StoreId, item: &StockedProduct) -> anyhow::Result<Level> {
    let level = Level::new(store.clone(), item.product_id.parse()?, item.quantity, item.low_stock_threshold);
    Ok(Level { low: item.quantity <= item.low_stock_threshold, ..level })
}

pub const fn category(category: Category) -> catalog::Category {
    match category {
        Category::Beer => catalog::Category::Beer,
        Category::Wine => catalog::Category::Wine,
        Category::Spirits => catalog::Category::Spirits,
        Category::Cider => catalog::Category::Cider,
    }
}

pub const fn container(container: Container) -> catalog::Container {
    match container {
        Container::Glass => catalog::Container::Glass,
        Container::Can => catalog::Container::Can,
        Container::Plastic => catalog::Container::Plastic,
        Container::Carton => catalog::Container::Carton,
    }
}

fn promotion(promotion: &DemoPromotion) -> anyhow::Result<Promotion> {
    let code: Result<PromoCode, Invalid> = promotion.code.to_owned().try_into();
    Ok(Promotion {
        code: code?,
        title: promotion.description.to_owned(),
        benefit: match promotion.effect {
            // Hundredths of a per cent to millionths.
            PromotionEffect::ItemsOff { basis_points } => {
                Benefit::PercentOffItems { rate: Rate(u32::from(basis_points) * 100) }
            }
            PromotionEffect::FreeDelivery => Benefit::FreeDelivery,
        },
        version: 1,
        entry: Entry::Code,
        rules: Rules {
            minimum_basket: i64::from(promotion.minimum_basket_cents),
            currency: Some(Currency::Usd),
            ..Rules::default()
        },
        store_id: None,
        starts_at: promotion.starts_at.parse()?,
        ends_at: promotion.ends_at.parse()?,
        limit: promotion.usage_limit,
        used: promotion.used,
        lane: 0,
        exclusive: false,
        per_customer: promotion.once_per_customer.then_some(1),
        budget: None,
        budget_left: None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::LazyLock;

    use demo_city::{catalogue, city_of};
    use jiff::civil::time;
    use sipstr_compliance::{Book, Doorstep, Line, Placing};
    use sipstr_domain::account::{Role, StoreRole};
    use sipstr_domain::compliance::LocalClock;

    use super::*;

    static DATA: LazyLock<Data> = LazyLock::new(|| {
        let products = catalogue();
        Data::of(&city_of(&products), &products).expect("the demo city fits the domain")
    });

    #[test]
    fn all_of_the_city_fits_the_domain() {
        let data = &*DATA;
        assert_eq!((data.stores.len(), data.people.len(), data.couriers.len()), (3, 16, 5));
        assert_eq!(data.listings.len(), data.levels.len());
        let shelves: HashSet<_> = data.levels.iter().map(|level| (&level.store_id, &level.product_id)).collect();
        assert_eq!(shelves.len(), data.levels.len());
        assert!(data.listings.iter().all(|listing| listing.product.abv_basis_points <= 6_000));
        let (high, low) = (Rate::percent(10), &data.promotions[0].benefit);
        assert_eq!(*low, Benefit::PercentOffItems { rate: high });
    }

    #[test]
    fn the_fingerprint_follows_what_is_written() {
        let before = DATA.fingerprint().unwrap();
        let products = catalogue();
        let mut changed = Data::of(&city_of(&products), &products).unwrap();
        assert_eq!(changed.fingerprint().unwrap(), before);
        changed.levels[0].threshold += 1;
        assert_ne!(changed.fingerprint().unwrap(), before);
    }

    #[test]
    fn staff_belong_to_stores_and_couriers_to_accounts() {
        for store in &DATA.stores {
            let of_store = |person: &&Person| person.account.memberships.iter().any(|m| m.store_id == store.id);
            let roles: Vec<StoreRole> =
                DATA.people.iter().filter(of_store).map(|person| person.account.memberships[0].role).collect();
            assert_eq!(roles, [StoreRole::Owner, StoreRole::Picker]);
        }
        for courier in &DATA.couriers {
            let account = &DATA.people.iter().find(|person| person.account.id == courier.id.user()).unwrap().account;
            assert_eq!((account.roles.as_slice(), &account.name), ([Role::Courier].as_slice(), &courier.name));
        }
    }

    #[test]
    fn in_the_demo_evening_adults_are_served_and_the_one_under_age_is_not() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let clock = LocalClock { fixed_time_of_day: Some(time(18, 30, 0, 0)) };
        for customer in DATA.people.iter().filter(|person| person.account.roles == [Role::Customer]) {
            let address = &customer.addresses[0];
            let store = DATA.stores.iter().find(|store| store.delivers_to(address.location)).expect("a store in reach");
            let listing =
                DATA.listings.iter().find(|listing| listing.store_id == store.id).expect("a drink on its shelf");
            let lines = [Line::new(&listing.product, 1, listing.price.amount, 0)];
            let local = clock.at(store, now).unwrap();
            let door = Doorstep::of(address, Book::builtin(), local.date());
            let decision = Placing {
                store,
                date_of_birth: customer.account.date_of_birth,
                destination: door.destination(),
                lines: &lines,
                offer: None,
                self_excluded: false,
                local,
                hand_over: None,
            }
            .decide();
            let refused = decision.err().map(|refused| refused.code);
            let under_age = customer.account.email.as_str() == "riley@sipstr.example";
            assert_eq!(refused, under_age.then_some("under_age"));
        }
    }
}
