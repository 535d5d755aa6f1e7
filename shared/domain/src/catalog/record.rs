//! The platform's own record of a product: what editors write, and what becomes a [`Product`] that stores may sell.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::words::{MOST_LANGUAGES, Names, Translation, line, paragraph};
use super::{Attributes, Catalogued, Category, Container, Gtin, Image, Part, Product, Slug, kit};
use crate::preference::Language;
use crate::{BrandId, CategoryId, GroupId, ProductId};

/// Attributes and relations of one product at most.
pub const MOST_ATTRIBUTES: usize = 20;
pub const MOST_RELATED: usize = 24;

/// Non-alcoholic drinks have at most half a per cent (27 CFR § 7.65 knows less than 0.5 % as non-alcoholic; the EU and the UK draw
/// the line of `alcohol-free` below it).
const MOST_WITHOUT_ALCOHOL: u16 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductState {
    /// Being written; no store sells it.
    Draft,
    Active,
    /// Not sold any more.
    Archived,
}

impl ProductState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Whoever looks at one may like the other.
    Similar,
    GoesWith,
    /// What takes its place when it is not there.
    Replacement,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Related {
    pub id: ProductId,
    pub kind: Relation,
}

/// All that an editor says of a product. What is missing may be missing as long as it is a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProductDetails {
    #[schema(max_length = 120)]
    pub name: String,
    #[schema(max_length = 120)]
    pub maker: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[schema(max_length = 60)]
    pub style: String,
    /// Alcohol by volume in hundredths of a per cent: `450` is 4.5 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 10_000)]
    pub abv_basis_points: Option<u16>,
    /// Of one container, in millilitres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000)]
    pub volume_ml: Option<u32>,
    /// Containers in what is sold as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000)]
    pub pack: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Container>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[schema(max_length = 4_000)]
    pub description: String,
    /// Absent: made of the name, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_id: Option<BrandId>,
    /// Where customers find it; of the branch that its category names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_id: Option<CategoryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin: Option<Gtin>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, super::AttributeValue>)]
    pub attributes: Attributes,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, Translation>)]
    pub translations: BTreeMap<Language, Translation>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub related: BTreeSet<Related>,
    /// Makes it a kit: what it is made of. Strength, volume and container are then what its page says; law and taxes ask for the parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// What is wrong with one part of the details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the details.
    pub pointer: String,
    pub detail: &'static str,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, detail: &'static str) -> Self {
        Self { pointer: pointer.into(), detail }
    }
}

impl ProductDetails {
    /// The details as they are kept: trimmed and within their bounds.
    pub fn checked(mut self) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        for (pointer, text, most) in
            [("/name", &mut self.name, 120), ("/maker", &mut self.maker, 120), ("/style", &mut self.style, 60)]
        {
            match line(text, most) {
                Ok(checked) => *text = checked,
                Err(_) if text.trim().is_empty() => text.clear(),
                Err(_) => faults.push(Fault::new(pointer, "must be one line of text, and not so long")),
            }
        }
        for (pointer, text) in [("/country", &mut self.country), ("/region", &mut self.region)] {
            match text.as_deref().map(|text| line(text, 80)).transpose() {
                Ok(checked) => *text = checked,
                Err(invalid) => faults.push(Fault::new(pointer, invalid.0)),
            }
        }
        match paragraph(&self.description, 4_000) {
            Ok(checked) => self.description = checked,
            Err(invalid) => faults.push(Fault::new("/description", invalid.0)),
        }
        self.check_figures(&mut faults);
        self.check_words(&mut faults);
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    fn check_figures(&self, faults: &mut Vec<Fault>) {
        let mut within = |pointer: &str, right: bool, detail| {
            if !right {
                faults.push(Fault::new(pointer, detail));
            }
        };
        within("/abvBasisPoints", self.abv_basis_points.is_none_or(|abv| abv <= 10_000), "must be 0 to 10000");
        within("/volumeMl", self.volume_ml.is_none_or(|ml| (1..=100_000).contains(&ml)), "must be 1 to 100000");
        within("/pack", self.pack.is_none_or(|pack| (1..=1_000).contains(&pack)), "must be 1 to 1000");
        let strong = self.abv_basis_points.is_some_and(|abv| abv > MOST_WITHOUT_ALCOHOL);
        let sober = self.category == Some(Category::NonAlcoholic) && strong;
        within("/abvBasisPoints", !sober, "a non-alcoholic drink has at most 0.5 %");
        within("/attributes", self.attributes.len() <= MOST_ATTRIBUTES, "has too many attributes");
        within("/related", self.related.len() <= MOST_RELATED, "has too many related products");
        kit::check(&self.parts, faults);
    }

    fn check_words(&mut self, faults: &mut Vec<Fault>) {
        if self.translations.len() > MOST_LANGUAGES {
            faults.push(Fault::new("/translations", "has too many languages"));
        }
        for (language, translation) in &mut self.translations {
            let place = format!("/translations/{}", language.as_str());
            match (line(&translation.name, 120), paragraph(&translation.description, 4_000)) {
                (Ok(name), Ok(description)) => *translation = Translation { name, description },
                (Err(invalid), _) => faults.push(Fault::new(place + "/name", invalid.0)),
                (_, Err(invalid)) => faults.push(Fault::new(place + "/description", invalid.0)),
            }
        }
    }
}

/// A product as the platform knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductRecord {
    pub id: ProductId,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub state: ProductState,
    pub details: ProductDetails,
    /// In the order in which they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl ProductRecord {
    pub fn draft(id: ProductId, details: ProductDetails, now: Timestamp) -> Self {
        Self { id, version: 1, state: ProductState::Draft, details, images: vec![], created_at: now, updated_at: now }
    }

    /// The product that stores may sell, or all that it lacks. Its description and all but the first of its pictures stay in the
    /// record: every list and every checkout reads listings, and only the page of one product shows those.
    pub fn product(&self) -> Result<Product, Vec<Fault>> {
        let details = &self.details;
        let mut missing = Vec::new();
        let mut lacks = |pointer: &str, there: bool| {
            if !there {
                missing.push(Fault::new(pointer, "is needed before it can be sold"));
            }
        };
        lacks("/name", !details.name.is_empty());
        lacks("/maker", !details.maker.is_empty());
        lacks("/category", details.category.is_some());
        lacks("/abvBasisPoints", details.abv_basis_points.is_some());
        lacks("/volumeMl", details.volume_ml.is_some());
        lacks("/container", details.container.is_some());
        lacks("/slug", details.slug.is_some());
        let (Some(category), Some(abv_basis_points), Some(volume_ml), Some(container), true) =
            (details.category, details.abv_basis_points, details.volume_ml, details.container, missing.is_empty())
        else {
            return Err(missing);
        };
        Ok(Product {
            id: self.id.clone(),
            name: details.name.clone(),
            maker: details.maker.clone(),
            category,
            style: details.style.clone(),
            abv_basis_points,
            volume_ml,
            pack: details.pack.unwrap_or(1),
            container,
            country: details.country.clone(),
            region: details.region.clone(),
            description: String::new(),
            catalogued: self.catalogued(),
        })
    }

    /// The product, where stores may sell it now.
    pub fn sold(&self) -> Option<Product> {
        self.product().ok().filter(|_| self.state == ProductState::Active)
    }

    fn catalogued(&self) -> Catalogued {
        let details = &self.details;
        let name = |(language, translation): (&Language, &Translation)| (language.clone(), translation.name.clone());
        Catalogued {
            version: self.version,
            slug: details.slug.clone(),
            group_id: details.group_id.clone(),
            brand_id: details.brand_id.clone(),
            category_id: details.category_id.clone(),
            cover: self.images.first().cloned(),
            names: details.translations.iter().map(name).collect::<Names>(),
            parts: details.parts.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> ProductDetails {
        serde_json::from_str(
            r#"{"name":" Tripel ","maker":"Westmalle","category":"beer","abvBasisPoints":950,"volumeMl":330,
                "container":"glass","slug":"tripel","translations":{"fr":{"name":"Triple"}}}"#,
        )
        .unwrap()
    }

    #[test]
    fn whole_details_become_a_product_with_its_translated_names() {
        let record = ProductRecord::draft(ProductId::new(), details().checked().unwrap(), Timestamp::UNIX_EPOCH);
        let product = record.product().unwrap();
        assert_eq!((product.name.as_str(), product.pack, product.catalogued.version), ("Tripel", 1, 1));
        assert_eq!(product.catalogued.names.values().collect::<Vec<_>>(), ["Triple"]);
        assert_eq!(record.sold(), None, "a draft is not sold");
        assert_eq!(ProductRecord { state: ProductState::Active, ..record }.sold(), Some(product));
    }

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        let record = ProductRecord::draft(ProductId::new(), ProductDetails::default(), Timestamp::UNIX_EPOCH);
        let missing: Vec<String> = record.product().unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(missing, ["/name", "/maker", "/category", "/abvBasisPoints", "/volumeMl", "/container", "/slug"]);
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let wrong = ProductDetails {
            name: "a\u{7}b".into(),
            category: Some(Category::NonAlcoholic),
            pack: Some(0),
            ..details()
        };
        let faults: Vec<String> = wrong.checked().unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(faults, ["/name", "/pack", "/abvBasisPoints"]);
    }
}
