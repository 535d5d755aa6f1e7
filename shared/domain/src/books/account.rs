//! Whose money it is: the accounts, each with a name that is stored and shown.

use std::fmt;
use std::str::FromStr;

use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use serde::{Deserialize, Serialize};

use crate::StoreId;
use crate::account::Invalid;
use crate::payment::Provider;
use crate::pricing::FeeKind;

/// An account. Receivables and what couriers are owed are told apart by the order of their entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Account {
    /// What the customer of an order owes; negative where we owe the customer.
    Receivable,
    /// Money that a provider holds for us.
    Clearing(Provider),
    /// What a store is owed, by what it is owed for.
    Store(StoreId, StorePart),
    Commission,
    /// What customers pay for the service.
    Fee(FeeKind),
    /// What we charge to stores beside the commission.
    StoreFees,
    /// A tax that we collect, under its place and name, such as `us-ca.sales_tax`.
    Tax(String),
    /// Deposits on containers, owed to whoever brings them back.
    Deposits,
    /// Tips, all of which are the courier's.
    Tips,
    /// Money and credit that we gave without owing it.
    Goodwill,
    /// What customers have as store credit.
    StoreCredit,
    /// What is on gift cards.
    GiftCards,
    /// Money that came in for gift cards, and went out for what is left on them.
    CardSales,
    /// Reductions that the platform pays for.
    Promotions,
    /// Our bank account.
    Bank,
}

/// What a store is owed for, or owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorePart {
    Goods,
    /// Reductions that the store pays for.
    Promotions,
    /// Taxes that its prices hold and that we pay for it.
    Taxes,
    Commission,
    Fees,
    Adjustments,
    Payouts,
}

impl Account {
    /// Of which store it is, if it is one's.
    pub fn store(&self) -> Option<(&StoreId, StorePart)> {
        match self {
            Self::Store(id, part) => Some((id, *part)),
            _ => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Receivable => f.write_str("receivable"),
            Self::Clearing(provider) => {
                f.write_str("clearing:")?;
                provider.serialize(f)
            }
            Self::Store(id, part) => {
                write!(f, "store:{id}:")?;
                part.serialize(f)
            }
            Self::Commission => f.write_str("commission"),
            Self::Fee(kind) => {
                f.write_str("fee:")?;
                kind.serialize(f)
            }
            Self::StoreFees => f.write_str("store_fees"),
            Self::Tax(name) => write!(f, "tax:{name}"),
            Self::Deposits => f.write_str("deposits"),
            Self::Tips => f.write_str("tips"),
            Self::Goodwill => f.write_str("goodwill"),
            Self::StoreCredit => f.write_str("store_credit"),
            Self::GiftCards => f.write_str("gift_cards"),
            Self::CardSales => f.write_str("card_sales"),
            Self::Promotions => f.write_str("promotions"),
            Self::Bank => f.write_str("bank"),
        }
    }
}

/// Reads one of the names that serde gives to the variants of an enum.
fn named<'de, T: Deserialize<'de>>(name: &'de str) -> Result<T, Invalid> {
    let named: Result<T, ValueError> = T::deserialize(name.into_deserializer());
    named.map_err(|_| UNKNOWN)
}

const UNKNOWN: Invalid = Invalid("must be the name of an account");

impl FromStr for Account {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (kind, of) = text.split_once(':').unwrap_or((text, ""));
        Ok(match (kind, of) {
            ("receivable", "") => Self::Receivable,
            ("commission", "") => Self::Commission,
            ("store_fees", "") => Self::StoreFees,
            ("deposits", "") => Self::Deposits,
            ("tips", "") => Self::Tips,
            ("goodwill", "") => Self::Goodwill,
            ("store_credit", "") => Self::StoreCredit,
            ("gift_cards", "") => Self::GiftCards,
            ("card_sales", "") => Self::CardSales,
            ("promotions", "") => Self::Promotions,
            ("bank", "") => Self::Bank,
            ("clearing", provider) => Self::Clearing(named(provider)?),
            ("fee", kind) => Self::Fee(named(kind)?),
            ("tax", name) if !name.is_empty() => Self::Tax(name.to_owned()),
            ("store", of) => {
                let (id, part) = of.split_once(':').ok_or(UNKNOWN)?;
                Self::Store(id.parse().map_err(|_| UNKNOWN)?, named(part)?)
            }
            _ => return Err(UNKNOWN),
        })
    }
}

impl TryFrom<String> for Account {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> String {
        account.to_string()
    }
}
