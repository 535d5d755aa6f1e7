//! Products and what a store asks for them.

mod attribute;
mod family;
mod gtin;
mod image;
pub mod kit;
mod record;
mod slug;
mod tree;
pub mod words;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::account::Invalid;
use crate::money::Money;
use crate::terms::Terms;
use crate::{BrandId, CategoryId, GroupId, ProductId, StoreId};

pub use attribute::{AttributeDefinition, AttributeKey, AttributeKind, AttributeValue, Attributes, Quantity};
pub use family::{Brand, ProductGroup, VariesBy};
pub use gtin::Gtin;
pub use image::{Image, ImageLinks, ImageUpload, MOST_IMAGES, SIDES, image_key, key_of_file};
pub use kit::Part;
pub use record::{Fault, ProductDetails, ProductRecord, ProductState, Related, Relation};
pub use slug::Slug;
pub use tree::{CategoryNode, CategoryTerms, CategoryTree, DEEPEST, MOST_NODES, TreeFault};
use words::Names;

/// What the law and the tax office tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Beer,
    Cider,
    Wine,
    Spirits,
    ReadyToDrink,
    NonAlcoholic,
}

impl Category {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beer => "beer",
            Self::Cider => "cider",
            Self::Wine => "wine",
            Self::Spirits => "spirits",
            Self::ReadyToDrink => "ready_to_drink",
            Self::NonAlcoholic => "non_alcoholic",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Category {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::Beer, Self::Cider, Self::Wine, Self::Spirits, Self::ReadyToDrink, Self::NonAlcoholic]
            .into_iter()
            .find(|category| category.as_str() == text)
            .ok_or(Invalid("must be one of beer, cider, wine, spirits, ready_to_drink, non_alcoholic"))
    }
}

/// What the drink is sold in; container deposits depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    Glass,
    Can,
    Plastic,
    /// Box, pouch or carton.
    Carton,
    Keg,
}

/// A product as its maker made it, the same in every store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    pub maker: String,
    pub category: Category,
    pub style: String,
    /// Alcohol by volume in hundredths of a per cent: `450` is 4.5 %.
    pub abv_basis_points: u16,
    /// Of one container, in millilitres.
    pub volume_ml: u32,
    /// Containers in what is sold as one.
    pub pack: u16,
    pub container: Container,
    /// Where it was made, by the country's English name; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "Catalogued::is_empty")]
    pub catalogued: Catalogued,
}

/// Where a product stands in the platform's catalogue, how it is shown, and what it is made of if it is a kit: nothing that law or
/// taxes ask for. What only the page of one product shows stays in the [`ProductRecord`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Catalogued {
    /// Of the record that this was made from; 0 where it was made from none.
    pub version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_id: Option<BrandId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_id: Option<CategoryId>,
    /// The first of its pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover: Option<Image>,
    /// In other languages than the catalogue's own.
    #[serde(skip_serializing_if = "Names::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: Names,
    /// Of a kit, what it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

impl Catalogued {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Product {
    /// Whether it is other products, sold together.
    pub fn is_kit(&self) -> bool {
        !self.catalogued.parts.is_empty()
    }

    /// US fluid ounces of one container, in hundredths, rounded down: deposit tiers are written in ounces.
    pub fn centi_fluid_ounces(&self) -> u64 {
        u64::from(self.volume_ml) * 10_000_000 / 2_957_353 // 1 fl oz = 29.57353 ml (NIST Handbook 44, appendix C)
    }
}

/// A product in a store's assortment: the product, and the price at which the licensed store sells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    pub store_id: StoreId,
    pub product: Product,
    /// The regular price; what is asked at a moment says [`Listing::price_at`].
    pub price: Money,
    #[serde(default)]
    pub terms: Terms,
    /// Whether the catalogue has taken the product out of sale; the store's price stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl Listing {
    /// Whether customers see it and may order it.
    pub fn is_shown(&self) -> bool {
        self.terms.offered && !self.withdrawn
    }

    /// As it is when it follows the catalogue's record of its product.
    pub fn following(mut self, record: &ProductRecord) -> Self {
        match record.sold() {
            Some(product) => {
                self.product = product;
                self.withdrawn = false;
            }
            None => {
                self.product.catalogued.version = record.version;
                self.withdrawn = true;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deposit_tiers_are_told_apart_in_ounces() {
        let of = |volume_ml| Product {
            id: ProductId::new(),
            name: "Pale Ale".into(),
            maker: "Brewery".into(),
            category: Category::Beer,
            style: "Pale Ale".into(),
            abv_basis_points: 500,
            volume_ml,
            pack: 1,
            container: Container::Can,
            country: None,
            region: None,
            description: String::new(),
            catalogued: Catalogued::default(),
        };
        assert_eq!(of(355).centi_fluid_ounces(), 1_200);
        assert!(of(709).centi_fluid_ounces() < 2_400);
        assert!(of(710).centi_fluid_ounces() >= 2_400);
    }
}
