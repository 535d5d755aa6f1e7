//! Searching and browsing one store's assortment in memory: every word of the question begins some word of the product.
//!
//! This serves assortments of some thousand products. The engine that knows typing errors, synonyms and facets
//! (shared/search) replaces it behind the same route.

use std::collections::HashSet;

use sipstr_domain::catalog::{Category, Listing, Product};
use sipstr_domain::{BrandId, CategoryId};
use sipstr_storage::catalog::Sort;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Which products of the assortment are looked at.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    pub category: Option<Category>,
    /// A branch of the tree of categories, whole.
    pub branch: Option<HashSet<CategoryId>>,
    pub brand: Option<BrandId>,
}

impl Shelf {
    fn has(&self, product: &Product) -> bool {
        let stands = &product.catalogued;
        self.category.is_none_or(|wanted| product.category == wanted)
            && self.brand.as_ref().is_none_or(|wanted| stands.brand_id.as_ref() == Some(wanted))
            && self.branch.as_ref().is_none_or(|nodes| stands.category_id.as_ref().is_some_and(|id| nodes.contains(id)))
    }
}

/// An assortment with its words.
#[derive(Debug)]
pub struct Index {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    listing: Listing,
    /// Words of the fields in the order of their weight: name, maker, style, the rest.
    fields: [Vec<String>; 4],
    /// For the order among equals.
    name: String,
}

impl Index {
    pub fn new(listings: Vec<Listing>) -> Self {
        let entries = listings.into_iter().map(|listing| {
            let product = &listing.product;
            let rest = [
                product.country.as_deref().unwrap_or_default(),
                product.region.as_deref().unwrap_or_default(),
                product.category.as_str(),
            ];
            let fields = [words(&product.name), words(&product.maker), words(&product.style), words(&rest.join(" "))];
            Entry { name: fields[0].join(" "), fields, listing }
        });
        Self { entries: entries.collect() }
    }

    /// What is found, the best first: by the fields that match, then by name. `sort` asks for another order. Without a question
    /// all of the shelf.
    pub fn find(&self, question: Option<&str>, shelf: &Shelf, sort: Option<Sort>) -> Vec<&Listing> {
        let question = question.map(words);
        let rank = |entry: &Entry| question.as_ref().map_or(Some(0), |question| entry.rank(question));
        let entries = self.entries.iter().filter(|entry| shelf.has(&entry.listing.product));
        let mut found: Vec<(usize, &Entry)> = entries.filter_map(|entry| Some((rank(entry)?, entry))).collect();
        found.sort_by(|(rank_a, a), (rank_b, b)| {
            let order = match sort {
                None => rank_a.cmp(rank_b),
                Some(Sort::Name) => std::cmp::Ordering::Equal,
                Some(Sort::PriceAscending) => a.listing.listed_amount().cmp(&b.listing.listed_amount()),
                Some(Sort::PriceDescending) => b.listing.listed_amount().cmp(&a.listing.listed_amount()),
            };
            order.then_with(|| a.name.cmp(&b.name)).then_with(|| a.listing.product.id.cmp(&b.listing.product.id))
        });
        found.into_iter().map(|(_, entry)| &entry.listing).collect()
    }
}

impl Entry {
    /// The sum over the question's words of the place of the first field that has it; `None` where one is in no field.
    fn rank(&self, question: &[String]) -> Option<usize> {
        if question.is_empty() {
            return None;
        }
        let place =
            |word: &String| self.fields.iter().position(|field| field.iter().any(|w| w.starts_with(word.as_str())));
        question.iter().map(place).sum()
    }
}

/// Words in lower case without accents: `Château d'Yquem` is `chateau dyquem`.
fn words(text: &str) -> Vec<String> {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            '\'' | '\u{2019}' => {}
            c => folded.push(c),
        }
    }
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_domain::catalog::{Catalogued, Container};
    use sipstr_domain::terms::Terms;
    use sipstr_domain::{Currency, Money, ProductId, StoreId};

    fn listing(name: &str, maker: &str, style: &str, price: i64) -> Listing {
        let product = Product {
            id: ProductId::new(),
            name: name.into(),
            maker: maker.into(),
            category: Category::Beer,
            style: style.into(),
            abv_basis_points: 500,
            volume_ml: 355,
            pack: 1,
            container: Container::Can,
            country: Some("Belgium".into()),
            region: None,
            description: String::new(),
            catalogued: Catalogued::default(),
        };
        let price = Money::new(price, Currency::Usd);
        Listing { store_id: StoreId::new(), product, price, terms: Terms::default(), withdrawn: false }
    }

    fn index() -> Index {
        Index::new(vec![
            listing("Session Lager", "Pale House", "Lager", 3),
            listing("Golden", "Brouwerij Ouden", "Pale Ale", 2),
            listing("Pale Ale", "Sierra", "Pale Ale", 1),
            listing("Château d'Øl", "Müller & Söhne", "Saison", 4),
        ])
    }

    fn names(index: &Index, question: &str, sort: Option<Sort>) -> Vec<String> {
        index
            .find(Some(question), &Shelf::default(), sort)
            .into_iter()
            .map(|listing| listing.product.name.clone())
            .collect()
    }

    #[test]
    fn the_name_counts_before_the_maker_and_the_maker_before_the_style() {
        let index = index();
        assert_eq!(names(&index, "pale", None), ["Pale Ale", "Session Lager", "Golden"]);
        assert_eq!(names(&index, "PAL sess", None), ["Session Lager"]);
        assert_eq!(names(&index, "pale", Some(Sort::PriceDescending)), ["Session Lager", "Golden", "Pale Ale"]);
        let wine = Shelf { category: Some(Category::Wine), ..Shelf::default() };
        assert!(index.find(Some("pale"), &wine, None).is_empty());
    }

    #[test]
    fn accents_case_and_apostrophes_do_not_matter() {
        let index = index();
        for question in ["chateau", "CHÂTEAU", "dol", "d'ol", "d’øl", "muller", "sohne", "Söhne saison belgium beer"]
        {
            assert_eq!(names(&index, question, None), ["Château d'Øl"], "{question}");
        }
        for question in ["", "!!", "hateau", "chateau pale"] {
            assert!(names(&index, question, None).is_empty(), "{question}");
        }
    }

    #[test]
    fn a_branch_of_the_tree_and_a_brand_are_browsed_without_a_question() {
        let (branch, brand) = (CategoryId::new(), BrandId::new());
        let mut listings =
            vec![listing("Tripel", "A", "", 3), listing("Dubbel", "A", "", 2), listing("Blond", "B", "", 1)];
        for listing in &mut listings[..2] {
            listing.product.catalogued.category_id = Some(branch.clone());
        }
        listings[0].product.catalogued.brand_id = Some(brand.clone());
        let index = Index::new(listings);
        let names = |shelf: &Shelf| {
            let found = index.find(None, shelf, Some(Sort::Name)).into_iter();
            found.map(|listing| listing.product.name.clone()).collect::<Vec<_>>()
        };
        let nodes = Some(HashSet::from([branch, CategoryId::new()]));
        assert_eq!(names(&Shelf::default()), ["Blond", "Dubbel", "Tripel"]);
        assert_eq!(names(&Shelf { branch: nodes.clone(), ..Shelf::default() }), ["Dubbel", "Tripel"]);
        assert_eq!(names(&Shelf { branch: nodes, brand: Some(brand), ..Shelf::default() }), ["Tripel"]);
        assert!(names(&Shelf { branch: Some(HashSet::new()), ..Shelf::default() }).is_empty());
    }
}
