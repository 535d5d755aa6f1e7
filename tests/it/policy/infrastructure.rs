//! The code and the infrastructure name the same functions, and the contract names who serves what.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn function_crates() -> BTreeSet<String> {
    let folders = std::fs::read_dir(root().join("functions")).expect("functions/");
    folders.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect()
}

#[test]
fn every_function_crate_is_in_terraform_and_the_other_way_round() {
    let text = std::fs::read_to_string(root().join("infra/terraform/modules/app/functions.tf")).expect("functions.tf");
    let declared: BTreeSet<String> = text
        .lines()
        .skip_while(|line| !line.contains("declared_functions = {"))
        .skip(1)
        .take_while(|line| *line != "  }")
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" = {"))
        .filter(|name| !name.starts_with(' '))
        .map(str::to_owned)
        .collect();
    assert_eq!(declared, function_crates());
}

#[test]
fn every_operation_is_served_by_a_function_that_exists() {
    let document: Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("openapi.json")).expect("openapi.json"))
            .expect("JSON");
    let crates = function_crates();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let function = operation["x-function"].as_str().unwrap_or_default();
            assert!(crates.contains(function), "{method} {path} is served by `{function}`");
            assert!(operation["operationId"].is_string(), "{method} {path} has no operationId");
        }
    }
}

#[test]
fn every_function_has_a_page_that_says_what_it_does() {
    for name in function_crates() {
        let page = root().join("functions").join(&name).join("README.md");
        assert!(page.exists(), "functions/{name}/README.md is missing");
    }
}
