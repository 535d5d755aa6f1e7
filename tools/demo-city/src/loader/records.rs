//! The catalogue of the demo city as the platform keeps it: every product active, with brand, category, slug and group.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Context;
use demo_city::{CatalogueEntry, stable_suffix};
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::catalog::words::Names;
use sipstr_domain::catalog::{
    AttributeDefinition, AttributeKind, AttributeValue, Attributes, Brand, CategoryTerms, CategoryTree, ProductDetails,
    ProductGroup, ProductRecord, ProductState, Quantity, Slug, VariesBy,
};
use sipstr_domain::{CategoryId, GroupId, ProductId};
use sipstr_storage::StorageError;
use sipstr_storage::products::Seed;

use super::data::{category, container};

/// When the demo's products were made: always the same, so that a second load changes nothing.
const MADE: &str = "2026-01-01T00:00:00Z";

/// What the sources did not say and a rule of this crate derived.
const ESTIMATED: &str = "abv_estimated";

#[derive(Debug, Serialize)]
pub struct Records {
    pub products: Vec<ProductRecord>,
    brands: Vec<Brand>,
    groups: BTreeMap<String, ProductGroup>,
    attributes: Vec<AttributeDefinition>,
    tree: CategoryTree,
}

impl Records {
    pub fn of(entries: &[CatalogueEntry]) -> anyhow::Result<Self> {
        let made_at: Timestamp = MADE.parse()?;
        let tree = tree(entries)?;
        let (mut brands, mut groups) = (BTreeMap::new(), groups(entries)?);
        let (mut taken, mut products) = (HashSet::new(), Vec::with_capacity(entries.len()));
        let mut estimated = 0;
        for entry in entries {
            let brand = Brand::new(&entry.maker, None).context(entry.maker.clone())?;
            let brand = brands.entry(brand.id.clone()).or_insert(brand);
            brand.uses += 1;
            let group = groups.get_mut(&drink(entry));
            let group_id = group.map(|group| {
                group.uses += 1;
                group.id.clone()
            });
            let attributes = match entry.abv_estimated {
                true => Attributes::from([(ESTIMATED.parse()?, AttributeValue::Flag(true))]),
                false => Attributes::new(),
            };
            estimated += u64::from(entry.abv_estimated);
            let details = ProductDetails {
                name: entry.name.clone(),
                maker: entry.maker.clone(),
                category: Some(category(entry.category)),
                style: entry.style.clone(),
                abv_basis_points: Some(entry.abv_bps),
                volume_ml: Some(entry.volume_ml),
                pack: Some(entry.units_per_pack),
                container: Some(container(entry.container)),
                country: entry.country.map(|country| country.name.to_owned()),
                region: entry.region.clone(),
                description: entry.description.clone(),
                slug: Some(slug(entry, &mut taken)?),
                brand_id: Some(brand.id.clone()),
                category_id: Some(branch(entry)?),
                group_id,
                attributes,
                ..ProductDetails::default()
            };
            let id: ProductId = entry.id.parse()?;
            let record = ProductRecord::draft(id, details, made_at);
            products.push(ProductRecord { state: ProductState::Active, ..record });
        }
        Ok(Self { products, brands: brands.into_values().collect(), groups, attributes: attributes(estimated)?, tree })
    }

    pub fn seed(&self) -> Result<Seed, StorageError> {
        let mut seed = Seed::default();
        let groups: HashMap<&GroupId, &ProductGroup> = self.groups.values().map(|group| (&group.id, group)).collect();
        let mut uses = HashMap::new();
        for record in &self.products {
            let group = record.details.group_id.as_ref().and_then(|id| groups.get(id)).copied();
            seed.record(record, group)?;
            if let Some(category) = &record.details.category_id {
                *uses.entry(category.clone()).or_insert(0) += 1;
            }
        }
        self.brands.iter().try_for_each(|brand| seed.brand(brand))?;
        self.groups.values().try_for_each(|group| seed.group(group))?;
        self.attributes.iter().try_for_each(|definition| seed.attribute(definition))?;
        seed.tree(&self.tree, &uses)?;
        Ok(seed)
    }
}

/// What tells one drink from another, whatever its size.
fn drink(entry: &CatalogueEntry) -> String {
    format!("{}/{}", entry.maker.to_lowercase(), entry.name.to_lowercase())
}

/// Millilitres and packs.
type Sizes = BTreeSet<(u32, u16)>;

/// Groups of drinks that come in several sizes or packs.
fn groups(entries: &[CatalogueEntry]) -> anyhow::Result<BTreeMap<String, ProductGroup>> {
    let mut sizes: BTreeMap<String, (&str, Sizes)> = BTreeMap::new();
    for entry in entries {
        let size = (entry.volume_ml, entry.units_per_pack);
        sizes.entry(drink(entry)).or_insert((&entry.name, Sizes::new())).1.insert(size);
    }
    let several = sizes.into_iter().filter(|(_, (_, sizes))| sizes.len() > 1);
    several
        .map(|(drink, (name, _))| {
            let id = format!("{}{}", GroupId::PREFIX, stable_suffix("grp", &drink)).parse()?;
            let varies_by = BTreeSet::from([VariesBy::Size, VariesBy::Pack]);
            Ok((drink, ProductGroup::new(id, name, varies_by)?))
        })
        .collect()
}

/// A root for each kind of drink, and below it its styles.
fn tree(entries: &[CatalogueEntry]) -> anyhow::Result<CategoryTree> {
    let mut tree = CategoryTree::default();
    let terms = |name: &str, parent, legal| CategoryTerms {
        name: name.to_owned(),
        names: Names::new(),
        parent,
        legal,
        position: 0,
    };
    for entry in entries {
        let (root, branch) = (root(entry)?, branch(entry)?);
        if !tree.nodes.contains_key(&root) {
            let legal = category(entry.category);
            let name = legal.as_str();
            let name = name[..1].to_uppercase() + &name[1..];
            tree = tree.with(root.clone(), terms(&name, None, Some(legal)))?;
        }
        if !tree.nodes.contains_key(&branch) {
            tree = tree.with(branch, terms(&entry.style, Some(root), None))?;
        }
    }
    Ok(CategoryTree { version: 1, ..tree })
}

fn root(entry: &CatalogueEntry) -> anyhow::Result<CategoryId> {
    node(&[category(entry.category).as_str()])
}

/// Styles that differ in spelling only are one category.
fn branch(entry: &CatalogueEntry) -> anyhow::Result<CategoryId> {
    let style = Slug::of(&entry.style).context("a style without a name")?;
    node(&[category(entry.category).as_str(), style.as_str()])
}

fn node(path: &[&str]) -> anyhow::Result<CategoryId> {
    Ok(format!("{}{}", CategoryId::PREFIX, stable_suffix("cat", &path.join("/"))).parse()?)
}

/// The name; where that is taken the maker is told, then the size, and at last a mark.
fn slug(entry: &CatalogueEntry, taken: &mut HashSet<Slug>) -> anyhow::Result<Slug> {
    let size = format!("{} {}x{}ml", entry.name, entry.units_per_pack, entry.volume_ml);
    let names = [entry.name.clone(), format!("{} {}", entry.maker, entry.name), format!("{} {size}", entry.maker)];
    let named = names.iter().filter_map(|name| Slug::of(name)).find(|slug| !taken.contains(slug));
    let mark = entry.id.get(4..12).unwrap_or_default();
    let marked = || Slug::of(&entry.name).or_else(|| Slug::of("product"))?.told_apart_by(mark);
    let slug = named.or_else(marked).context("a product without a slug")?;
    anyhow::ensure!(taken.insert(slug.clone()), "{slug} is taken");
    Ok(slug)
}

fn attributes(estimated: u64) -> anyhow::Result<Vec<AttributeDefinition>> {
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    // Annex II of Regulation (EU) 1169/2011, as far as drinks have them.
    let allergens = list(&["celery", "eggs", "fish", "gluten", "lactose", "lupin", "nuts", "soy", "sulphites"]);
    let year = |year: i64| Some(Quantity::thousandths(year * 1_000));
    let number = |unit: Option<&str>, minimum, maximum| AttributeKind::Number {
        unit: unit.map(str::to_owned),
        minimum,
        maximum,
    };
    let zero = Some(Quantity::thousandths(0));
    [
        (ESTIMATED, "Strength is an estimate", AttributeKind::Flag, estimated),
        ("allergens", "Allergens", AttributeKind::Choices { allowed: allergens }, 0),
        ("bitterness", "Bitterness", number(Some("IBU"), zero, None), 0),
        ("organic", "Organic", AttributeKind::Flag, 0),
        ("residual_sugar", "Residual sugar", number(Some("g/l"), zero, None), 0),
        ("vintage", "Vintage", number(None, year(1800), year(2100)), 0),
    ]
    .into_iter()
    .map(|(key, label, kind, uses)| {
        let (key, label) = (key.parse()?, label.to_owned());
        Ok(AttributeDefinition { key, version: 1, label, labels: Names::new(), kind, uses })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use demo_city::catalogue;

    use super::*;

    #[test]
    fn every_product_can_be_sold_and_found() {
        let records = Records::of(&catalogue()).unwrap();
        for record in &records.products {
            assert!(record.product().is_ok(), "{}", record.id);
            assert_eq!(record.details.clone().checked().unwrap(), record.details, "kept as it is");
            let category = record.details.category_id.as_ref().unwrap();
            assert_eq!(Some(records.tree.nodes[category].legal), record.details.category);
        }
        let grouped: u64 = records.groups.values().map(|group| group.uses).sum();
        assert!(records.groups.len() > 100 && grouped > 250, "{} groups of {grouped}", records.groups.len());
        let variant = |record: &ProductRecord| {
            let group = records.groups.values().find(|group| Some(&group.id) == record.details.group_id.as_ref())?;
            Some((group.id.clone(), group.variant(&record.product().ok()?)))
        };
        let variants: Vec<_> = records.products.iter().filter_map(variant).collect();
        assert_eq!(variants.iter().collect::<HashSet<_>>().len(), variants.len(), "no two variants are the same");
    }
}
