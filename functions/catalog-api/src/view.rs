//! A product as customers see it.

use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::catalog::{
    Attributes, Category, Container, ImageLinks, Listing, Part, Product, ProductRecord, Slug,
};
use sipstr_domain::money::Rate;
use sipstr_domain::{BrandId, CategoryId, GroupId, Money, ProductId};

use crate::language::Reader;

/// So many or fewer are said to be low.
const LOW: u32 = 5;

/// A product as its maker made it, in the language of who reads.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductInfo {
    pub id: ProductId,
    pub name: String,
    pub maker: String,
    pub category: Category,
    pub style: String,
    /// Alcohol by volume in hundredths of a per cent: `450` is 4.5 %.
    pub abv_basis_points: u16,
    #[schema(example = "4.5 %")]
    pub abv: String,
    /// Of one container, in millilitres.
    pub volume_ml: u32,
    /// Containers in what is sold as one.
    pub pack: u16,
    pub container: Container,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Its name in addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// The drink that it is a size or pack of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_id: Option<BrandId>,
    /// Where it hangs in the tree of categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_id: Option<CategoryId>,
    /// Of a kit, what it is made of: its parts are what is bought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// In a list the first one, where one product is shown all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageLinks>,
    /// Where one product is shown, and there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where one product is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, sipstr_domain::catalog::AttributeValue>>)]
    pub attributes: Option<Attributes>,
}

/// A product in a store's assortment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductView {
    #[serde(flatten)]
    pub product: ProductInfo,
    pub price: Money,
    /// What is asked otherwise, where the price is lower for a while and it is known what was asked before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regular_price: Option<Money>,
    /// The lowest price of the thirty days before the reduction (Directive 98/6/EC, article 6a).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_price30_days: Option<Money>,
    /// When a price that holds for a while ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub price_until: Option<Timestamp>,
    /// Such as `Happy hour`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_label: Option<String>,
    pub availability: Availability,
}

/// What is left. A moment old: the order decides.
#[derive(Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Availability {
    pub state: AvailabilityState,
    /// Sold units that are free.
    pub available: u32,
}

#[derive(Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityState {
    InStock,
    Low,
    OutOfStock,
}

impl Availability {
    pub fn of(available: u32) -> Self {
        let state = match available {
            0 => AvailabilityState::OutOfStock,
            1..=LOW => AvailabilityState::Low,
            _ => AvailabilityState::InStock,
        };
        Self { state, available }
    }
}

impl ProductInfo {
    /// As it stands in a list: without what only its own page shows.
    pub fn in_list(product: Product, reader: &Reader) -> Self {
        let name = reader.name(&product.catalogued.names).cloned();
        let catalogued = product.catalogued;
        Self {
            id: product.id,
            name: name.unwrap_or(product.name),
            maker: product.maker,
            category: product.category,
            style: product.style,
            abv_basis_points: product.abv_basis_points,
            abv: Rate(u32::from(product.abv_basis_points) * 100).to_string(),
            volume_ml: product.volume_ml,
            pack: product.pack,
            container: product.container,
            country: product.country,
            region: product.region,
            slug: catalogued.slug,
            group_id: catalogued.group_id,
            brand_id: catalogued.brand_id,
            category_id: catalogued.category_id,
            parts: catalogued.parts,
            images: catalogued.cover.iter().map(ImageLinks::from).collect(),
            description: None,
            attributes: None,
        }
    }

    /// With all that its own page shows; what the catalogue knows nothing of has the description that it came with.
    pub fn in_full(mut product: Product, record: Option<ProductRecord>, reader: &Reader) -> Self {
        let own = std::mem::take(&mut product.description);
        let shown = Self::in_list(product, reader);
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let Some(record) = record else { return Self { description: some(own), ..shown } };
        let details = record.details;
        let translated = reader.text(&details.translations).map(|text| text.description.clone());
        Self {
            description: translated.or(Some(details.description)).and_then(some),
            attributes: Some(details.attributes).filter(|attributes| !attributes.is_empty()),
            images: record.images.iter().map(ImageLinks::from).collect(),
            ..shown
        }
    }
}

impl ProductView {
    pub fn in_list(listing: Listing, available: u32, reader: &Reader, now: Timestamp) -> Self {
        Self::of(listing, available, now, |product| ProductInfo::in_list(product, reader))
    }

    pub fn in_full(
        listing: Listing,
        record: Option<ProductRecord>,
        available: u32,
        reader: &Reader,
        now: Timestamp,
    ) -> Self {
        Self::of(listing, available, now, |product| ProductInfo::in_full(product, record, reader))
    }

    fn of(listing: Listing, available: u32, now: Timestamp, info: impl FnOnce(Product) -> ProductInfo) -> Self {
        let asked = listing.asked_at(now);
        Self {
            product: info(listing.product),
            price: asked.price,
            regular_price: asked.regular,
            lowest_price30_days: asked.lowest_before,
            price_until: asked.until,
            price_label: asked.label,
            availability: Availability::of(available),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_low() {
        assert_eq!(Availability::of(0).state, AvailabilityState::OutOfStock);
        assert_eq!(Availability::of(5).state, AvailabilityState::Low);
        assert_eq!(Availability::of(6).state, AvailabilityState::InStock);
    }

    #[test]
    fn alcohol_reads_as_on_the_label() {
        let text = |basis_points: u32| Rate(basis_points * 100).to_string();
        assert_eq!([text(450), text(4_000), text(1_355)], ["4.5 %", "40 %", "13.55 %"]);
    }
}
