//! What products have in common: their brand, and the drink that they are sizes and packs of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::words::line;
use super::{Product, Slug};
use crate::account::Invalid;
use crate::{BrandId, GroupId};

/// A brand. Its id follows from its slug, so that one brand is made once, by hand or from a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Brand {
    pub id: BrandId,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub name: String,
    /// As it was first called; a new name does not change it.
    pub slug: Slug,
    /// By the country's English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Products that have it.
    #[serde(default)]
    pub uses: u64,
}

impl Brand {
    pub fn new(name: &str, country: Option<&str>) -> Result<Self, Invalid> {
        let name = line(name, 80)?;
        let slug = Slug::of(&name).ok_or(Invalid("must be a name that can be written as an address"))?;
        let country = country.map(|country| line(country, 60)).transpose()?;
        Ok(Self { id: BrandId::derive(&["brand", slug.as_str()]), version: 1, name, slug, country, uses: 0 })
    }
}

/// In what the variants of a group differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariesBy {
    Size,
    Pack,
    Container,
}

/// The same drink in several sizes, packs or containers (schema.org `ProductGroup`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductGroup {
    pub id: GroupId,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub name: String,
    pub varies_by: BTreeSet<VariesBy>,
    /// Products in it.
    #[serde(default)]
    pub uses: u64,
}

impl ProductGroup {
    pub fn new(id: GroupId, name: &str, varies_by: BTreeSet<VariesBy>) -> Result<Self, Invalid> {
        if varies_by.is_empty() {
            return Err(Invalid("variants differ in something"));
        }
        Ok(Self { id, version: 1, name: line(name, 120)?, varies_by, uses: 0 })
    }

    /// What tells a variant from the others: no two of a group have the same.
    pub fn variant(&self, product: &Product) -> String {
        let part = |by: &VariesBy| match by {
            VariesBy::Size => format!("{}ml", product.volume_ml),
            VariesBy::Pack => format!("x{}", product.pack),
            VariesBy::Container => format!("{:?}", product.container).to_lowercase(),
        };
        self.varies_by.iter().map(part).collect::<Vec<_>>().join("/")
    }
}
