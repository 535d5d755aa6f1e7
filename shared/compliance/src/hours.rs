//! Hours of the day and days of the year, as laws write them.
//!
//! A window is a span of one local day; `24:00` is its end. On the day that clocks change, an edge is read on the wall clock,
//! except where the law says "hours after midnight": California's "2 a.m." is two hours after midnight on both days
//! (Business and Professions Code § 25631). Easter is computed by the anonymous Gregorian algorithm (Meeus, *Astronomical
//! Algorithms*, chapter 8).

use std::fmt;

use jiff::Zoned;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidTime(&'static str);

/// Minutes after midnight, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u16);

impl Clock {
    pub const fn minutes(self) -> u16 {
        self.0
    }

    fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl TryFrom<String> for Clock {
    type Error = InvalidTime;

    fn try_from(text: String) -> Result<Self, InvalidTime> {
        const INVALID: InvalidTime = InvalidTime("must be a time of day from 00:00 to 24:00");
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        let (hours, minutes) = text.split_once(':').filter(|(h, m)| digits(h) && digits(m)).ok_or(INVALID)?;
        let number = |part: &str| part.parse::<u16>().map_err(|_| INVALID);
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let whole = hours * 60 + minutes;
        if minutes < 60 && whole <= 1_440 { Ok(Self(whole)) } else { Err(INVALID) }
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> String {
        clock.to_string()
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Days of the week by ISO number, Monday is 1. As a set of bits, because it is asked on every decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Weekdays(u8);

impl Default for Weekdays {
    fn default() -> Self {
        Self(0b1111_1110)
    }
}

impl Weekdays {
    pub fn contain(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_one_offset()) != 0
    }
}

impl TryFrom<Vec<u8>> for Weekdays {
    type Error = InvalidTime;

    fn try_from(days: Vec<u8>) -> Result<Self, InvalidTime> {
        if days.is_empty() || !days.iter().all(|day| (1..=7).contains(day)) {
            return Err(InvalidTime("must be days of the week from 1 (Monday) to 7"));
        }
        Ok(Self(days.into_iter().fold(0, |set, day| set | 1 << day)))
    }
}

impl From<Weekdays> for Vec<u8> {
    fn from(days: Weekdays) -> Self {
        (1..=7).filter(|day| days.0 & (1 << day) != 0).collect()
    }
}

/// From a minute up to, and without, another one of the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WindowText")]
pub struct Window {
    pub days: Weekdays,
    pub from: Clock,
    pub until: Clock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowText {
    #[serde(default)]
    days: Weekdays,
    from: Clock,
    until: Clock,
}

impl TryFrom<WindowText> for Window {
    type Error = InvalidTime;

    fn try_from(text: WindowText) -> Result<Self, InvalidTime> {
        if text.from >= text.until {
            return Err(InvalidTime("a window ends after it begins, on the same day"));
        }
        Ok(Self { days: text.days, from: text.from, until: text.until })
    }
}

/// How the beginning of a window is read on the day that clocks change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClockChange {
    #[default]
    Wall,
    /// As hours that have passed since midnight.
    HoursAfterMidnight,
}

/// When something happens, on the wall clock of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub date: Date,
    wall: i64,
    elapsed: i64,
}

impl From<&Zoned> for Moment {
    fn from(local: &Zoned) -> Self {
        let time = local.time();
        let wall = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
        // A day without a start lies at the end of the calendar, where no clock changes either.
        let elapsed = local.start_of_day().map_or(wall, |midnight| local.duration_since(&midnight).as_secs());
        Self { date: local.date(), wall, elapsed }
    }
}

impl Window {
    pub fn contains(&self, moment: Moment, change: ClockChange) -> bool {
        let since = match change {
            ClockChange::Wall => moment.wall,
            ClockChange::HoursAfterMidnight => moment.elapsed,
        };
        self.days.contain(moment.date.weekday()) && since >= self.from.seconds() && moment.wall < self.until.seconds()
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {}", self.from, self.until)
    }
}

/// Days of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DayText", into = "DayText")]
pub struct Day(DayText);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum DayText {
    #[serde(rename_all = "camelCase")]
    Yearly {
        month: i8,
        day: i8,
        /// Whether the Monday after is meant too where the day is a Sunday.
        #[serde(default)]
        and_monday_after_sunday: bool,
    },
    /// The n-th such weekday of a month; `-1` is the last one.
    Weekday {
        month: i8,
        weekday: i8,
        nth: i8,
    },
    EasterSunday,
    Once(Date),
}

impl TryFrom<DayText> for Day {
    type Error = InvalidTime;

    fn try_from(text: DayText) -> Result<Self, InvalidTime> {
        let sound = match text {
            DayText::Yearly { month, day, .. } => Date::new(2_000, month, day).is_ok(),
            DayText::Weekday { month, weekday, nth } => {
                (1..=12).contains(&month) && (1..=7).contains(&weekday) && matches!(nth, -1 | 1..=4)
            }
            DayText::EasterSunday | DayText::Once(_) => true,
        };
        if sound { Ok(Self(text)) } else { Err(InvalidTime("must be a day that comes every year")) }
    }
}

impl From<Day> for DayText {
    fn from(day: Day) -> DayText {
        day.0
    }
}

impl Day {
    pub fn is(self, date: Date) -> bool {
        match self.0 {
            DayText::Yearly { month, day, and_monday_after_sunday } => {
                let falls_on = |date: Date| (date.month(), date.day()) == (month, day);
                let eve = || date.yesterday().is_ok_and(falls_on) && date.weekday() == Weekday::Monday;
                falls_on(date) || (and_monday_after_sunday && eve())
            }
            DayText::Weekday { month, weekday, nth } => {
                let last = date.day() + 7 > date.days_in_month();
                date.month() == month
                    && date.weekday().to_monday_one_offset() == weekday
                    && if nth < 0 { last } else { (date.day() - 1) / 7 + 1 == nth }
            }
            DayText::EasterSunday => (date.month(), date.day()) == easter(date.year()),
            DayText::Once(day) => day == date,
        }
    }
}

/// Month and day of Easter Sunday in the Gregorian calendar.
fn easter(year: i16) -> (i8, i8) {
    let year = i32::from(year);
    let (golden, century, of_century) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let correction = (century + 8).div_euclid(25);
    let leaps = century.div_euclid(4);
    let epact = (19 * golden + century - leaps - (century - correction + 1).div_euclid(3) + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    ((days / 31) as i8, (days % 31 + 1) as i8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(json: &str) -> Result<Day, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn easter_falls_where_almanacs_say() {
        for (year, month, day) in [
            (1961, 4, 2),
            (2000, 4, 23),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2285, 3, 22),
        ] {
            assert_eq!(easter(year), (month, day), "{year}");
        }
    }

    #[test]
    fn holidays_move_as_the_law_says() {
        let thanksgiving = day(r#"{"weekday":{"month":11,"weekday":4,"nth":4}}"#).unwrap();
        assert!(thanksgiving.is(date(2026, 11, 26)) && !thanksgiving.is(date(2026, 11, 19)));
        assert!(thanksgiving.is(date(2029, 11, 22)) && !thanksgiving.is(date(2029, 11, 29)));
        let memorial = day(r#"{"weekday":{"month":5,"weekday":1,"nth":-1}}"#).unwrap();
        assert!(memorial.is(date(2027, 5, 31)) && !memorial.is(date(2027, 5, 24)));
        let christmas = day(r#"{"yearly":{"month":12,"day":25,"andMondayAfterSunday":true}}"#).unwrap();
        assert!(christmas.is(date(2033, 12, 25)) && christmas.is(date(2033, 12, 26)), "a Sunday in 2033");
        assert!(!christmas.is(date(2026, 12, 26)), "a Saturday");
    }

    #[test]
    fn times_and_days_that_cannot_be_are_refused() {
        for text in ["24:01", "9:00", "0a:00", "12:60", "", "12", "12:00:00", "-1:00"] {
            assert!(Clock::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert_eq!(Clock::try_from("24:00".to_owned()).unwrap().minutes(), 1_440);
        for json in [
            r#"{"yearly":{"month":2,"day":30}}"#,
            r#"{"weekday":{"month":13,"weekday":1,"nth":1}}"#,
            r#"{"weekday":{"month":1,"weekday":1,"nth":5}}"#,
        ] {
            assert!(day(json).is_err(), "{json}");
        }
        for json in [r#"{"from":"10:00","until":"10:00"}"#, r#"{"days":[8],"from":"01:00","until":"02:00"}"#] {
            assert!(serde_json::from_str::<Window>(json).is_err(), "{json}");
        }
    }
}
