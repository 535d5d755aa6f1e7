//! The JSON Schemas of the domain events, made from their types.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value, json};
use sipstr_events::{Event, Fact};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// How utoipa refers to a schema that has a name, and how a schema on its own does.
const IN_OPENAPI: &str = "#/components/schemas/";
const IN_SCHEMA: &str = "#/$defs/";

/// The files of events/schema: the schema of every event type, by the file's name.
pub fn files() -> anyhow::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for data in Fact::data_schemas() {
        let mut refers_to = data.refers_to;
        Event::schemas(&mut refers_to);
        let mut definitions = Map::new();
        for (name, schema) in &refers_to {
            definitions.insert(name.clone(), plain(schema)?);
        }
        let schema = of_event(data.event_type, plain(&data.schema)?, definitions)?;
        files.insert(format!("{}.json", data.event_type), serde_json::to_string_pretty(&schema)? + "\n");
    }
    Ok(files)
}

/// The names of the files that are missing, other than the code says, or of no type any more.
pub fn stale(folder: &Path) -> anyhow::Result<Vec<String>> {
    let files = files()?;
    let committed = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let mut stale: Vec<String> =
        files.iter().filter(|(name, text)| committed(name) != **text).map(|(name, _)| name.clone()).collect();
    if folder.exists() {
        for entry in std::fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".json") && !files.contains_key(&name) {
                stale.push(name);
            }
        }
    }
    Ok(stale)
}

/// The envelope around the data of one type. Whatever else is there is allowed: consumers ignore what they do not know.
fn of_event(event_type: &str, data: Value, definitions: Map<String, Value>) -> anyhow::Result<Value> {
    let envelope = plain(&Event::schema())?;
    let mut properties = envelope["properties"].as_object().context("the envelope is an object")?.clone();
    properties.insert("type".to_owned(), json!({ "const": event_type }));
    properties.insert("data".to_owned(), data);
    let mut required = envelope["required"].as_array().context("the envelope requires something")?.clone();
    required.extend([json!("type"), json!("data")]);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event_type,
        "type": "object",
        "required": required,
        "properties": properties,
    });
    if !definitions.is_empty() {
        schema["$defs"] = Value::Object(definitions);
    }
    Ok(schema)
}

/// As JSON whose references lead to `$defs`.
fn plain(schema: &RefOr<Schema>) -> anyhow::Result<Value> {
    let text = serde_json::to_string(schema)?;
    Ok(serde_json::from_str(&text.replace(IN_OPENAPI, IN_SCHEMA))?)
}
