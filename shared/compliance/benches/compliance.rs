//! Decisions a second on one core, and what it costs to read the rules of a place for the first time.
//!
//! `cargo bench -p sipstr-compliance`; `SECONDS_EACH=1` sets how long each row is measured. The bar is 100,000 decisions a second.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::civil::{date, time};
use jiff::{Timestamp, ToSpan};
use sipstr_compliance::{
    Book, Depth, Destination, DoorCheck, HandOver, IdSeen, Line, Offer, Paying, Placing, Premises,
};
use sipstr_domain::account::DateOfBirth;
use sipstr_domain::books::Commission;
use sipstr_domain::catalog::{Catalogued, Category, Container, Product};
use sipstr_domain::compliance::LocalClock;
use sipstr_domain::geo::Point;
use sipstr_domain::money::Rate;
use sipstr_domain::store::{DeliveryTerms, Licence, OpeningHours, Store};
use sipstr_domain::{Currency, ProductId, StoreId};

const BAR: f64 = 100_000.0;

const PLACES: [(&str, &str, Currency); 20] = [
    ("us-ca", "America/Los_Angeles", Currency::Usd),
    ("us-tx", "America/Chicago", Currency::Usd),
    ("us-ny", "America/New_York", Currency::Usd),
    ("us-wa", "America/Los_Angeles", Currency::Usd),
    ("us-vt", "America/New_York", Currency::Usd),
    ("us-mi", "America/Detroit", Currency::Usd),
    ("us-ga", "America/New_York", Currency::Usd),
    ("us-va", "America/New_York", Currency::Usd),
    ("us-pa", "America/New_York", Currency::Usd),
    ("us-tn", "America/Chicago", Currency::Usd),
    ("us-nj", "America/New_York", Currency::Usd),
    ("us-ma", "America/New_York", Currency::Usd),
    ("us-ks", "America/Chicago", Currency::Usd),
    ("us-nh", "America/New_York", Currency::Usd),
    ("us-ut", "America/Denver", Currency::Usd),
    ("gb-sct", "Europe/London", Currency::Gbp),
    ("au-nsw", "Australia/Sydney", Currency::Aud),
    ("ca-on", "America/Toronto", Currency::Cad),
    ("ca-ab", "America/Edmonton", Currency::Cad),
    ("in-mh", "Asia/Kolkata", Currency::Inr),
];

fn store((key, zone, currency): (&str, &str, Currency)) -> Store {
    let every_day = |weekday| OpeningHours { weekday, opens: time(8, 0, 0, 0), closes: time(2, 0, 0, 0) };
    Store {
        id: StoreId::derive(&[key]),
        name: "Corner Bottles".into(),
        address: "1 Market St".into(),
        location: Point { lat: 37.79, lng: -122.40 },
        time_zone: zone.into(),
        jurisdiction: key.into(),
        sales_tax: Rate(86_250),
        currency,
        licence: Licence {
            number: "21-1".into(),
            classes: vec![],
            categories: vec![Category::Beer, Category::Wine, Category::Spirits],
            expires_on: date(2090, 1, 1),
        },
        hours: (1..=7).map(every_day).collect(),
        paused: false,
        delivery: DeliveryTerms { radius_metres: 5_000, fee: 499, minimum_basket: 0, ..DeliveryTerms::default() },
        preparation_minutes: 15,
        commission: Commission::default(),
    }
}

fn line(category: Category, abv_basis_points: u16, volume_ml: u32) -> Line {
    let product = Product {
        id: ProductId::derive(&["product"]),
        name: String::new(),
        maker: String::new(),
        category,
        style: String::new(),
        abv_basis_points,
        volume_ml,
        pack: 1,
        container: Container::Glass,
        country: None,
        region: None,
        description: String::new(),
        catalogued: Catalogued::default(),
    };
    Line::new(&product, 2, 3_000, 0)
}

/// Runs `work` over the rounds until the time is over, and prints how many a second.
fn measure(name: &str, mut work: impl FnMut(usize) -> bool) {
    let seconds = std::env::var("SECONDS_EACH").ok().and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let limit = Duration::from_secs_f64(seconds);
    let (start, mut done, mut allowed) = (Instant::now(), 0_usize, 0_usize);
    while start.elapsed() < limit {
        for _ in 0..1_000 {
            allowed += usize::from(work(done));
            done += 1;
        }
    }
    let rate = done as f64 / start.elapsed().as_secs_f64();
    let share = 100.0 * allowed as f64 / done as f64;
    println!("{name:<52} {rate:>11.0}/s  {:>6.1} × bar  {share:>3.0} % allowed", rate / BAR);
}

fn main() {
    first_reading();
    let stores: Vec<Store> = PLACES.into_iter().map(store).collect();
    let lines = [line(Category::Beer, 500, 355), line(Category::Wine, 1_300, 750), line(Category::Spirits, 4_000, 700)];
    let kinds: Vec<_> = lines.iter().map(|line| line.kind).collect();
    let counties = ["county:20091".to_owned(), "county:47037".to_owned()];
    let (Ok(born), Ok(noon)) =
        (DateOfBirth::new(date(1990, 1, 1), date(2027, 1, 1)), "2027-03-10T18:00:00Z".parse::<Timestamp>())
    else {
        return println!("the inputs of this benchmark are not what they should be");
    };
    // A prime number of minutes, so that rounds fall on all hours and all weekdays.
    let at = |round: usize| noon + ((round as i64 % 100_000) * 37).minutes();
    let clock = LocalClock::default();
    let destination = |store: &Store| Destination {
        codes: &counties,
        premises: Some(Premises::Residence),
        ..Destination::at(store.location)
    };
    let place = |round: usize, store: &Store, depth: Depth| {
        let Ok(local) = clock.at(store, at(round)) else { return false };
        let offer = Some(Offer { by_code: true, off_goods: false, by_quantity: false });
        let destination = destination(store);
        let placing = Placing {
            store,
            date_of_birth: born,
            destination,
            lines: &lines,
            offer,
            self_excluded: false,
            local,
            hand_over: None,
        };
        let decision = placing.ask(Book::builtin(), depth);
        if depth == Depth::Decide {
            black_box(decision.into_result()).is_ok()
        } else {
            black_box(decision).refused().is_none()
        }
    };
    println!("\none core; the wall clock of the store is reckoned anew each time");
    measure("placing, California, 3 lines", |round| place(round, &stores[0], Depth::Decide));
    measure("placing, 20 places in turn, 3 lines", |round| place(round, &stores[round % 20], Depth::Decide));
    measure("placing, 20 places in turn, asked to the end", |round| place(round, &stores[round % 20], Depth::Explain));
    measure("paying, 20 places in turn", |round| {
        let store = &stores[round % 20];
        let Ok(local) = clock.at(store, at(round)) else { return false };
        let paying = Paying { store, destination: destination(store), kinds: &kinds, at_door: false, local };
        black_box(paying.decide()).is_ok()
    });
    measure("hand-over, 20 places in turn", |round| {
        let store = &stores[round % 20];
        let Ok(local) = clock.at(store, at(round)) else { return false };
        let door =
            DoorCheck { attended: true, sober: true, id: IdSeen::Looked, matches_recipient: true, date_of_birth: born };
        black_box(HandOver { store, destination: destination(store), kinds: &kinds, door, local }.decide()).is_ok()
    });
}

/// What the first decision of a function pays.
fn first_reading() {
    println!("first reading of a place, once for each start of a function");
    let day = date(2027, 3, 10);
    for key in ["us-ca", "us-tx", "gb-sct", "us-nj-ocean-city"] {
        let start = Instant::now();
        let known = Book::builtin().at(key, day).is_some();
        println!(
            "  {key:<18} {:>8.1} µs{}",
            start.elapsed().as_secs_f64() * 1e6,
            if known { "" } else { " (unknown)" }
        );
    }
}
