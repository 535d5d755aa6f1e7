//! A small shop with the traps of a large one.

use sipstr_domain::catalog::{Catalogued, Category, Container, Product};
use sipstr_domain::{Currency, Money, ProductId, StoreId};
use sipstr_search::{Engine, Entry, ListPrices, Page, Query, Snapshot, Synonyms};

pub fn entry(name: &str, maker: &str, category: Category, style: &str) -> Entry {
    Entry {
        product: Product {
            id: ProductId::derive(&[name, maker]),
            name: name.into(),
            maker: maker.into(),
            category,
            style: style.into(),
            abv_basis_points: 500,
            volume_ml: 750,
            pack: 1,
            container: Container::Glass,
            country: None,
            region: None,
            description: String::new(),
            catalogued: Catalogued::default(),
        },
        tags: Vec::new(),
        popularity: 0.0,
        stores: Vec::new(),
        price: Some(Money::new(1_000, Currency::Usd)),
    }
}

pub fn shop() -> Vec<Entry> {
    let with = |mut entry: Entry, price: i64, abv: u16, popularity: f32, country: &str, stores: &[&str]| {
        entry.price = Some(Money::new(price, Currency::Usd));
        entry.product.abv_basis_points = abv;
        entry.popularity = popularity;
        entry.product.country = Some(country.into());
        entry.stores = stores.iter().map(|name| store(name)).collect();
        entry
    };
    use Category::{Beer, Spirits, Wine};
    let mut entries = vec![
        with(entry("Whispering Angel", "Château d'Esclans", Wine, "Rosé"), 2_199, 1_300, 0.9, "France", &["north"]),
        with(entry("Rosé of Pinot Noir", "Sea Smoke", Wine, "Rosé"), 3_500, 1_280, 0.2, "United States", &["south"]),
        with(entry("Rose Hill Cabernet", "Hill & Sons", Wine, "Red"), 1_899, 1_400, 0.8, "United States", &["north"]),
        with(entry("Shiraz", "Rosemount Estate", Wine, "Red"), 1_299, 1_350, 0.7, "Australia", &["north", "south"]),
        with(entry("Rosso di Montalcino", "Banfi", Wine, "Red"), 2_499, 1_380, 0.3, "Italy", &["south"]),
        with(
            entry("Tequila Rose Liqueur", "McCormick", Spirits, "Cream liqueurs"),
            1_699,
            1_500,
            0.4,
            "Mexico",
            &["north"],
        ),
        with(entry("Sancerre", "Henri Bourgeois", Wine, "White"), 2_899, 1_250, 0.5, "France", &["south"]),
        with(
            entry("Pale Ale", "Sierra Nevada", Beer, "American-Style Pale Ale"),
            1_149,
            560,
            1.0,
            "United States",
            &["north"],
        ),
        with(
            entry("Torpedo IPA", "Sierra Nevada", Beer, "India Pale Ale"),
            1_249,
            720,
            0.6,
            "United States",
            &["north"],
        ),
        with(entry("Punk IPA", "BrewDog", Beer, "IPA"), 1_099, 540, 0.5, "Scotland", &["south"]),
        with(entry("Gueuze", "Brasserie Cantillon", Beer, "Lambic"), 1_599, 500, 0.3, "Belgium", &["south"]),
        with(
            entry("Drake's Hefeweizen", "Drake's Brewing", Beer, "Hefeweizen"),
            999,
            480,
            0.2,
            "United States",
            &["north"],
        ),
        with(
            entry("Lagavulin 16", "Lagavulin", Spirits, "Single Malt Scotch Whisky"),
            8_999,
            4_300,
            0.6,
            "Scotland",
            &["north"],
        ),
        with(
            entry("Buffalo Trace", "Sazerac", Spirits, "Bourbon Whiskey"),
            2_999,
            4_500,
            0.9,
            "United States",
            &["south"],
        ),
        with(entry("Gin", "Tanqueray", Spirits, "London Dry Gin"), 2_399, 4_730, 0.7, "England", &["north"]),
    ];
    entries[7].tags = vec!["local".into()];
    entries
}

pub fn store(name: &str) -> StoreId {
    StoreId::derive(&[name])
}

pub fn id(name: &str, maker: &str) -> ProductId {
    ProductId::derive(&[name, maker])
}

pub fn snapshot(entries: &[Entry], version: u64) -> Snapshot {
    Snapshot::build(entries, &Synonyms::standard().unwrap(), version, "2026-01-01T00:00:00Z").unwrap()
}

pub struct Shop {
    pub engine: Engine,
    entries: Vec<Entry>,
}

impl Shop {
    pub fn of(entries: Vec<Entry>) -> Self {
        Self { engine: Engine::open(&snapshot(&entries, 1)).unwrap(), entries }
    }

    pub fn open() -> Self {
        Self::of(shop())
    }

    pub fn ask(&self, query: &Query) -> Page {
        self.engine.search(query, &ListPrices(&self.engine)).unwrap()
    }

    pub fn names(&self, page: &Page) -> Vec<&str> {
        page.hits.iter().map(|hit| self.name(&hit.id)).collect()
    }

    pub fn name(&self, id: &ProductId) -> &str {
        &self.entries.iter().find(|entry| entry.product.id == *id).unwrap().product.name
    }

    /// The names that a text finds, the best first.
    pub fn find(&self, text: &str) -> Vec<&str> {
        self.names(&self.ask(&Query::text(text)))
    }
}
