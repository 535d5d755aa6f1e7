//! The samples under `events/domain` are what this crate reads and writes, and there is one for every type.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use sipstr_events::{Event, Fact};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events/domain")
}

#[test]
fn there_is_one_sample_for_every_type() {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let samples: BTreeSet<String> = files.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect();
    let types: BTreeSet<String> = Fact::TYPES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(samples, types);
}

#[test]
fn each_sample_is_read_as_its_type_and_written_as_it_was() {
    for name in Fact::TYPES {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let event: Event = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(event.fact.type_name(), *name);
        let sample: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), sample, "{name}");
    }
}
