//! The files of taxes, and what is refused of one.

use jiff::civil::date;
use sipstr_pricing::{FILES, TaxBook, TaxFile, TaxFileError, words};

#[test]
fn every_file_is_read_and_is_in_the_book() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/taxes");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".json").to_owned())
        .collect();
    names.sort();
    assert_eq!(names, FILES.iter().map(|(key, _)| *key).collect::<Vec<_>>());
    for (key, text) in FILES {
        let file = TaxFile::parse(text).unwrap_or_else(|error| panic!("{key}: {error}"));
        assert_eq!(file.key, *key);
    }
}

#[test]
fn a_place_without_a_file_lies_in_another_or_is_taxed_by_its_store() {
    let key = |place| TaxBook::builtin().of_place(place).map(|file| file.key.as_str());
    assert_eq!(key("us-nj-ocean-city"), Some("us"));
    assert_eq!(key("gb-sct"), Some("gb"));
    assert_eq!(key("xx"), Some("store"));
}

#[test]
fn a_tax_is_named_by_its_id_and_day() {
    let (name, law) = words("de.ust", date(2020, 8, 1));
    assert_eq!(name, "Umsatzsteuer");
    assert!(law.contains("§ 28"));
    assert_eq!(words("us-wa.spirits_litre_tax", date(2026, 11, 27)).0, "Spirits litre tax");
    assert_eq!(words("nowhere.some_tax", date(2026, 1, 1)), ("Some tax".to_owned(), String::new()));
}

#[test]
fn what_no_bill_could_be_made_by_is_refused() {
    let tax = |id: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","name":"T","citation":"L","from":"2020-01-01","measure":{{"rate":1}},
               "rounding":{{"to":"nearest","once":"bill"}}{more}}}"#
        )
    };
    let file = |taxes: &[String]| {
        TaxFile::parse(&format!(r#"{{"key":"x","name":"X","note":"","taxes":[{}]}}"#, taxes.join(","))).unwrap_err()
    };
    let a = || tax("x.a", "");
    assert!(matches!(file(&[tax("y.a", "")]), TaxFileError::ForeignId { .. }));
    assert!(matches!(file(&[a(), a()]), TaxFileError::Overlap { .. }));
    assert!(matches!(file(&[tax("x.a", r#","until":"2020-01-01""#)]), TaxFileError::EmptyPeriod { .. }));
    assert!(matches!(file(&[tax("x.a", r#","onTaxes":["x.b"]"#)]), TaxFileError::Order { .. }));
    assert!(matches!(file(&[a(), tax("x.b", r#","included":true"#)]), TaxFileError::Mixed { .. }));
    assert!(matches!(file(&[tax("x.a", r#","surprise":1"#)]), TaxFileError::Unreadable(_)));
}
