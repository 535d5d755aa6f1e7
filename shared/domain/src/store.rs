//! Licensed stores: where they are, when they sell, and on what terms they deliver.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::StoreId;
use crate::books::Commission;
use crate::catalog::Category;
use crate::geo::Point;
use crate::money::{Currency, Rate};

/// A store as customers and the law see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Store {
    pub id: StoreId,
    pub name: String,
    pub address: String,
    pub location: Point,
    /// IANA zone: the store's rules are written in its local time.
    pub time_zone: String,
    /// Key of the rules that hold there, such as `us-ca`.
    pub jurisdiction: String,
    /// Local sales tax on top of the goods and their deposit.
    pub sales_tax: Rate,
    pub currency: Currency,
    pub licence: Licence,
    pub hours: Vec<OpeningHours>,
    pub paused: bool,
    pub delivery: DeliveryTerms,
    pub preparation_minutes: u16,
    /// What the platform keeps of what is sold there, from the next order on.
    #[serde(default)]
    pub commission: Commission,
}

/// The permission to sell, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Licence {
    pub number: String,
    /// As the authority names them, such as `21`; empty where nobody told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    pub categories: Vec<Category>,
    pub expires_on: Date,
}

/// One opening on one day of the week; a time of closing before the opening lies on the next day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpeningHours {
    /// ISO 8601 day of the week: Monday is 1.
    #[schema(minimum = 1, maximum = 7)]
    pub weekday: i8,
    #[schema(value_type = String, example = "10:00:00")]
    pub opens: Time,
    #[schema(value_type = String, example = "22:00:00")]
    pub closes: Time,
}

/// On what terms a store delivers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryTerms {
    pub radius_metres: u32,
    /// Minor units of the store's currency.
    pub fee: i64,
    /// Least value of the goods, in minor units.
    pub minimum_basket: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_fee: Option<ServiceFee>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub small_order_fee: Option<SmallOrderFee>,
}

/// A part of the goods' value, within bounds in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceFee {
    pub rate: Rate,
    pub least: i64,
    pub most: i64,
}

/// What an order pays whose goods are worth less than `below`, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SmallOrderFee {
    pub below: i64,
    pub fee: i64,
}

impl DeliveryTerms {
    pub fn service_fee_on(&self, goods: i64) -> i64 {
        self.service_fee.map_or(0, |fee| fee.rate.of(goods).min(fee.most).max(fee.least).max(0))
    }

    pub fn small_order_fee_on(&self, goods: i64) -> i64 {
        self.small_order_fee.filter(|fee| goods < fee.below).map_or(0, |fee| fee.fee.max(0))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone of the IANA database")]
pub struct UnknownTimeZone(pub String);

impl Store {
    pub fn local(&self, at: Timestamp) -> Result<Zoned, UnknownTimeZone> {
        let zone = TimeZone::get(&self.time_zone).map_err(|_| UnknownTimeZone(self.time_zone.clone()))?;
        Ok(at.to_zoned(zone))
    }

    /// The store's day; of a store without a known zone, which sells nothing, that of UTC.
    pub fn day(&self, at: Timestamp) -> Date {
        self.local(at).map_or_else(|_| at.to_zoned(TimeZone::UTC).date(), |local| local.date())
    }

    pub fn is_open_at(&self, local: &Zoned) -> bool {
        !self.paused && self.hours.iter().any(|hours| hours.cover(local))
    }

    pub fn delivers_to(&self, place: Point) -> bool {
        self.location.metres_to(place) <= self.delivery.radius_metres
    }
}

impl OpeningHours {
    pub(crate) fn cover(&self, local: &Zoned) -> bool {
        let time = local.time();
        let today = local.weekday().to_monday_one_offset() == self.weekday;
        if self.opens < self.closes {
            return today && time >= self.opens && time < self.closes;
        }
        let yesterday = local.weekday().previous().to_monday_one_offset() == self.weekday;
        (today && time >= self.opens) || (yesterday && time < self.closes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn at(day: Date, at: Time) -> Zoned {
        day.to_datetime(at).to_zoned(TimeZone::get("America/Los_Angeles").unwrap()).unwrap()
    }

    #[test]
    fn hours_past_midnight_belong_to_the_day_that_opened() {
        let friday_night = OpeningHours { weekday: 5, opens: time(18, 0, 0, 0), closes: time(1, 0, 0, 0) };
        let (friday, saturday) = (date(2026, 11, 27), date(2026, 11, 28));
        assert!(friday_night.cover(&at(friday, time(23, 0, 0, 0))));
        assert!(friday_night.cover(&at(saturday, time(0, 59, 0, 0))));
        assert!(!friday_night.cover(&at(saturday, time(1, 0, 0, 0))));
        assert!(!friday_night.cover(&at(friday, time(0, 30, 0, 0))));
    }
}
