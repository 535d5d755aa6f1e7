//! Three stores in different quarters, with different licences: two may sell everything, one no spirits.

use serde::Serialize;

use super::{Address, san_francisco};
use crate::catalogue::Category;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Store {
    pub key: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub quarter: &'static str,
    pub phone: &'static str,
    pub address: Address,
    /// IANA time zone; all local rules are read in it.
    pub time_zone: &'static str,
    pub jurisdiction: &'static str,
    /// Local sales tax in millionths: 86,250 is San Francisco's combined 8.625 %. A sample; confirm before any real
    /// use.
    pub sales_tax_millionths: u32,
    /// Invented, and visibly so.
    pub licence_number: &'static str,
    /// The state's licence type: 21 is off-sale general, 20 is off-sale beer and wine.
    pub licence_type: &'static str,
    pub licensed_for: Vec<Category>,
    /// Last day on which the licence holds (ISO 8601).
    pub licence_expires: &'static str,
    pub hours: [DayHours; 7],
    pub delivery_radius_metres: u32,
    pub delivery_fee_cents: u32,
    pub minimum_basket_cents: u32,
    pub preparation_minutes: u16,
    /// Factor on list prices in per cent.
    pub price_level_percent: u32,
    /// How many products of beer, wine, spirits and cider the store carries at most.
    #[serde(skip)]
    pub(super) shelf: Shelf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shelf {
    pub beer: usize,
    pub wine: usize,
    pub spirits: usize,
    pub cider: usize,
}

/// ISO 8601: `Weekday::Monday as i8` is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Monday = 1,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Selling hours of one day in the store's time zone, `HH:MM`; no store of the demo is open past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DayHours {
    pub day: Weekday,
    pub opens: &'static str,
    pub closes: &'static str,
}

const TIME_ZONE: &str = "America/Los_Angeles";
const JURISDICTION: &str = "us-ca";
const SALES_TAX_MILLIONTHS: u32 = 86_250;
const LICENCE_EXPIRES: &str = "2039-12-31";

pub(super) fn stores() -> Vec<Store> {
    vec![valencia(), chestnut(), irving()]
}

fn valencia() -> Store {
    Store {
        key: "valencia-bottle-house",
        name: "Valencia Bottle House",
        about: "A broad neighbourhood bottle shop: Californian beer, everyday spirits, a wall of wine.",
        quarter: "Mission District",
        phone: "+14155550121",
        address: san_francisco("900 Valencia St", "94110", 37.7583, -122.4213),
        time_zone: TIME_ZONE,
        jurisdiction: JURISDICTION,
        sales_tax_millionths: SALES_TAX_MILLIONTHS,
        licence_number: "DEMO-21-000101",
        licence_type: "21",
        licensed_for: vec![Category::Beer, Category::Wine, Category::Spirits, Category::Cider],
        licence_expires: LICENCE_EXPIRES,
        hours: week(("10:00", "23:00"), ("10:00", "23:59"), ("11:00", "22:00")),
        delivery_radius_metres: 6_000,
        delivery_fee_cents: 499,
        minimum_basket_cents: 1_500,
        preparation_minutes: 12,
        price_level_percent: 100,
        shelf: Shelf { beer: 900, wine: 90, spirits: 400, cider: 10 },
    }
}

fn chestnut() -> Store {
    Store {
        key: "chestnut-cellars",
        name: "Chestnut Cellars",
        about: "Wine and spirits first, with a short list of strong and Belgian beer.",
        quarter: "Marina District",
        phone: "+14155550122",
        address: san_francisco("2200 Chestnut St", "94123", 37.8003, -122.4395),
        time_zone: TIME_ZONE,
        jurisdiction: JURISDICTION,
        sales_tax_millionths: SALES_TAX_MILLIONTHS,
        licence_number: "DEMO-21-000102",
        licence_type: "21",
        licensed_for: vec![Category::Beer, Category::Wine, Category::Spirits, Category::Cider],
        licence_expires: LICENCE_EXPIRES,
        hours: week(("11:00", "22:00"), ("11:00", "23:00"), ("12:00", "21:00")),
        delivery_radius_metres: 5_000,
        delivery_fee_cents: 599,
        minimum_basket_cents: 2_500,
        preparation_minutes: 10,
        price_level_percent: 107,
        shelf: Shelf { beer: 420, wine: 99, spirits: 560, cider: 8 },
    }
}

fn irving() -> Store {
    Store {
        key: "irving-street-beer-and-wine",
        name: "Irving Street Beer & Wine",
        about: "The corner store by the park: cold beer, cider and good-value wine. No spirits.",
        quarter: "Inner Sunset",
        phone: "+14155550123",
        address: san_francisco("900 Irving St", "94122", 37.7641, -122.4672),
        time_zone: TIME_ZONE,
        jurisdiction: JURISDICTION,
        sales_tax_millionths: SALES_TAX_MILLIONTHS,
        licence_number: "DEMO-20-000103",
        licence_type: "20",
        licensed_for: vec![Category::Beer, Category::Wine, Category::Cider],
        licence_expires: LICENCE_EXPIRES,
        hours: week(("09:00", "22:00"), ("09:00", "23:00"), ("10:00", "21:00")),
        delivery_radius_metres: 5_500,
        delivery_fee_cents: 399,
        minimum_basket_cents: 1_200,
        preparation_minutes: 8,
        price_level_percent: 97,
        shelf: Shelf { beer: 800, wine: 60, spirits: 0, cider: 13 },
    }
}

type Span = (&'static str, &'static str);

/// Monday to Thursday, Friday and Saturday, Sunday.
fn week(weekdays: Span, weekend: Span, sunday: Span) -> [DayHours; 7] {
    let hours = |day, (opens, closes): Span| DayHours { day, opens, closes };
    [
        hours(Weekday::Monday, weekdays),
        hours(Weekday::Tuesday, weekdays),
        hours(Weekday::Wednesday, weekdays),
        hours(Weekday::Thursday, weekdays),
        hours(Weekday::Friday, weekend),
        hours(Weekday::Saturday, weekend),
        hours(Weekday::Sunday, sunday),
    ]
}
