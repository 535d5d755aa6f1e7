//! People: what an account knows of them, parsed once into types that hold only what is valid.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::geo::Point;
use crate::{AddressId, StoreId};

/// Why a piece of text is not the thing it should be; shown to the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub &'static str);

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        /// Personal: it never reaches a log, so `Debug` hides it.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

text_type! {
    /// An e-mail address, trimmed and in lower case. Whether it is hers shows only when she enters the code sent there.
    Email
}
text_type! {
    /// What a person is called: 1 to 100 characters, no control characters, any script.
    PersonName
}
text_type! {
    /// What its owner calls a passkey: 1 to 60 characters, no control characters.
    PasskeyName
}
text_type! {
    /// A telephone number in E.164: `+14155550100`.
    Phone
}
text_type! {
    /// A new password: 15 to 128 characters and no rules of composition (NIST SP 800-63B-4 §3.1.1.2).
    NewPassword
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid("must be an e-mail address");
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(INVALID)?;
        let plain =
            |part: &str| part.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@".contains(c));
        let labels =
            domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        let sound = !local.is_empty() && local.len() <= 64 && text.len() <= 254 && plain(local) && plain(domain);
        if sound && labels && domain.contains('.') { Ok(Self(text)) } else { Err(INVALID) }
    }
}

impl FromStr for PersonName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // U+202A–202E and U+2066–2069 turn the text around them: a name could be read as another.
        let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let name = line(text, 100).filter(|name| !name.chars().any(turns));
        name.map(Self).ok_or(Invalid("must be 1 to 100 characters without control characters"))
    }
}

impl FromStr for PasskeyName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        line(text, 60).map(Self).ok_or(Invalid("must be 1 to 60 characters without control characters"))
    }
}

/// A line as people write it: trimmed, not empty, of a bounded length, without control characters.
fn line(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let sound = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

impl FromStr for Phone {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let sound =
            (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        if sound { Ok(Self(text.to_owned())) } else { Err(Invalid("must be a number in E.164, such as +14155550100")) }
    }
}

impl FromStr for NewPassword {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.chars().count() {
            15..=128 => Ok(Self(text.to_owned())),
            _ => Err(Invalid("must be 15 to 128 characters")),
        }
    }
}

/// A day of birth that a living person can have.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Date, example = "1990-05-17")]
pub struct DateOfBirth(Date);

impl DateOfBirth {
    pub fn new(date: Date, today: Date) -> Result<Self, Invalid> {
        if date > today || years_between(date, today) > 130 {
            return Err(Invalid("must be a day in the past 130 years"));
        }
        Ok(Self(date))
    }

    /// Whether a document that shows this day is about the same one.
    pub fn is(self, shown: Date) -> bool {
        self.0 == shown
    }

    /// Full years lived. Who is born on 29 February has a birthday on 1 March in a common year.
    pub fn age_on(self, today: Date) -> u16 {
        years_between(self.0, today)
    }
}

impl fmt::Debug for DateOfBirth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateOfBirth(…)")
    }
}

fn years_between(from: Date, to: Date) -> u16 {
    let had_birthday = (to.month(), to.day()) >= (from.month(), from.day());
    u16::try_from(to.year() - from.year() - i16::from(!had_birthday)).unwrap_or(0)
}

/// What a person may be here. A person may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    StoreStaff,
    Courier,
    Support,
    /// Judges what people write: reviews, photos, reports of abuse.
    Moderator,
    Admin,
}

impl Role {
    /// Whether the role reaches other people's things: it may be made to ask for two factors.
    pub const fn is_privileged(self) -> bool {
        !matches!(self, Self::Customer | Self::Courier)
    }
}

/// What a member of a store's staff may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoreRole {
    Owner,
    Manager,
    Picker,
}

/// A person's place in a store's staff; stands in the access token, so that the tenant never comes from the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    pub store_id: StoreId,
    pub role: StoreRole,
}

/// Where an order goes.
#[derive(Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    pub id: AddressId,
    pub recipient: PersonName,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    /// State, province or county, as the country's post writes it.
    pub region: String,
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub location: Point,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_email_is_folded_and_nonsense_refused() {
        assert_eq!(" Ada@Example.COM ".parse::<Email>().unwrap().as_str(), "ada@example.com");
        for bad in ["", "a", "@b.c", "a@", "a@b", "a b@c.d", "a@b..c", "a@-b.c", "a@b.c\r\nBcc: x@y.z", "<a@b.c>"] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_with_a_line_break_is_refused() {
        assert!("Ada\nLovelace".parse::<PersonName>().is_err());
        assert!("Ada \u{1b}[31mL".parse::<PersonName>().is_err());
        assert!("Ada \u{202e}nimda".parse::<PersonName>().is_err());
        assert!("أحمد".parse::<PersonName>().is_ok(), "a script that runs to the left needs no turning");
        assert!("Ada Lovelace".parse::<PersonName>().is_ok());
        assert!("王小明".parse::<PersonName>().is_ok());
        assert!("x".repeat(61).parse::<PasskeyName>().is_err() && " \n".parse::<PasskeyName>().is_err());
        assert_eq!(" Ada's laptop ".parse::<PasskeyName>().unwrap().as_str(), "Ada's laptop");
    }

    #[test]
    fn one_comes_of_age_on_the_birthday() {
        let born = DateOfBirth::new(date(2005, 11, 23), date(2026, 1, 1)).unwrap();
        assert_eq!(born.age_on(date(2026, 11, 22)), 20);
        assert_eq!(born.age_on(date(2026, 11, 23)), 21);
        let leap = DateOfBirth::new(date(2004, 2, 29), date(2026, 1, 1)).unwrap();
        assert_eq!(leap.age_on(date(2025, 2, 28)), 20);
        assert_eq!(leap.age_on(date(2025, 3, 1)), 21);
    }

    #[test]
    fn the_unborn_and_the_ancient_are_refused() {
        assert!(DateOfBirth::new(date(2027, 1, 1), date(2026, 1, 1)).is_err());
        assert!(DateOfBirth::new(date(1880, 1, 1), date(2026, 1, 1)).is_err());
    }
}
