//! A thousand questions with typing errors over the real names: what was meant is found. The benchmark prints the figures.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use sipstr_domain::ProductId;
use sipstr_domain::catalog::Category;
use sipstr_search::{Engine, ListPrices, Query, Snapshot, Synonyms};

fn lines(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/search").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn ndcg(found: &[&str], relevant: &HashSet<&str>) -> f64 {
    let discount = |place: usize| 1.0 / ((place + 2) as f64).log2();
    let gain: f64 = found.iter().enumerate().filter(|(_, id)| relevant.contains(*id)).map(|(at, _)| discount(at)).sum();
    gain / (0..relevant.len().min(10)).map(discount).sum::<f64>()
}

#[test]
fn what_was_meant_is_found_despite_typing_errors() {
    let products = lines("products.tsv");
    let mut entries = Vec::new();
    let mut keys: HashMap<ProductId, &str> = HashMap::new();
    for row in &products {
        let mut entry = crate::shop::entry(&row[1], &row[2], Category::Beer, &row[3]);
        entry.product.id = ProductId::derive(&[&row[0]]);
        keys.insert(entry.product.id.clone(), &row[0]);
        entries.push(entry);
    }
    let engine = Engine::open(&Snapshot::build(&entries, &Synonyms::standard().unwrap(), 1, "now").unwrap()).unwrap();
    let questions = lines("typo_queries.tsv");
    let (mut clean, mut typo) = (0.0, 0.0);
    for row in &questions {
        let relevant: HashSet<&str> = row[2].split(',').collect();
        let score = |text: &str| {
            let page = engine.search(&Query { limit: 10, ..Query::text(text) }, &ListPrices(&engine)).unwrap();
            let found: Vec<&str> = page.hits.iter().map(|hit| keys[&hit.id]).collect();
            ndcg(&found, &relevant)
        };
        typo += score(&row[0]);
        clean += score(&row[1]);
    }
    let (clean, typo) = (clean / questions.len() as f64, typo / questions.len() as f64);
    assert!(clean >= 0.985 && typo >= 0.970, "nDCG@10 clean {clean:.3}, typo {typo:.3}");
}
