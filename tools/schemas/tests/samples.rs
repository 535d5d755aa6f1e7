//! Every sample in `events/` is what the schema of its kind says, and every function has one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The samples of a folder by name, without the ending.
fn samples(folder: &str) -> Vec<(String, Value)> {
    let entries = std::fs::read_dir(root().join("events").join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let samples: Vec<_> =
        paths.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), read(&path))).collect();
    assert!(!samples.is_empty());
    samples
}

fn validator(name: &str) -> Validator {
    let schema = read(&root().join("events/schema").join(format!("{name}.json")));
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    options.build(&schema).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn assert_valid(sample: &str, value: &Value, schema: &str) {
    let errors: Vec<String> =
        validator(schema).iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{sample} is not what events/schema/{schema}.json says: {errors:#?}");
}

/// The kind of an envelope, by what only that kind has.
fn kind(event: &Value) -> &'static str {
    match event["Records"][0]["eventSource"].as_str() {
        Some("aws:sqs") if event["Records"][0]["messageAttributes"].get("type").is_none() => "aws/sqs-of-files",
        Some("aws:sqs") => "aws/sqs",
        Some("aws:dynamodb") => "aws/dynamodb-stream",
        _ if event.get("requestContext").is_some() => "aws/apigateway-v2",
        _ => "aws/schedule",
    }
}

#[test]
fn the_committed_schemas_are_what_the_code_says() {
    let stale = schemas::stale(&root().join("events/schema")).unwrap();
    assert!(stale.is_empty(), "{stale:?}: cargo run -p schemas");
}

#[test]
fn each_domain_sample_is_what_the_schema_of_its_type_says() {
    for (name, sample) in samples("domain") {
        assert_valid(&name, &sample, &name);
    }
}

#[test]
fn a_schema_refuses_another_type_a_missing_fact_and_a_wrong_kind() {
    let sample = read(&root().join("events/domain/order.placed.json"));
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut changed = sample.clone();
        change(&mut changed);
        !validator("order.placed").is_valid(&changed)
    };
    assert!(refused(&|event| event["type"] = "order.confirmed".into()));
    assert!(refused(&|event| drop(event["data"].as_object_mut().unwrap().remove("orderId"))));
    assert!(refused(&|event| event["data"]["total"] = 45.98.into()));
    assert!(refused(&|event| event["time"] = "yesterday".into()));
    assert!(!refused(&|event| event["data"]["addedLater"] = true.into()), "consumers ignore what they do not know");
}

#[test]
fn each_webhook_sample_is_what_its_schema_says() {
    for (name, sample) in samples("webhooks/stripe") {
        assert_valid(&name, &sample, "webhooks/stripe");
        let event_type = sample["type"].as_str().unwrap();
        assert!(name.starts_with(event_type), "{name} holds a {event_type}");
    }
}

#[test]
fn each_envelope_is_what_the_schema_of_its_kind_says() {
    for (name, sample) in samples("aws") {
        assert_valid(&name, &sample, kind(&sample));
        assert_eq!(kind(&sample) == "aws/schedule", name.ends_with(".schedule"), "{name}");
    }
}

#[test]
fn a_request_in_an_envelope_is_what_the_api_takes() {
    let api = read(&root().join("openapi.json"));
    for (name, sample) in samples("aws").into_iter().filter(|(_, sample)| kind(sample) == "aws/apigateway-v2") {
        let (method, route) = sample["routeKey"].as_str().unwrap().split_once(' ').unwrap();
        let wanted: BTreeSet<&str> =
            route.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let given = sample["pathParameters"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(wanted, given, "{name}");
        let body = &api["paths"][route][method.to_lowercase()]["requestBody"]["content"]["application/json"]["schema"];
        if body.get("$ref").is_some() {
            let schema = json!({ "$ref": body["$ref"], "components": api["components"] });
            let body: Value = serde_json::from_str(sample["body"].as_str().unwrap()).unwrap();
            jsonschema::draft202012::validate(&schema, &body).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn a_message_in_an_envelope_is_an_event_of_the_type_that_it_is_sent_under() {
    for (name, sample) in samples("aws").into_iter().filter(|(_, sample)| kind(sample) == "aws/sqs") {
        for record in sample["Records"].as_array().unwrap() {
            let event_type = record["messageAttributes"]["type"]["stringValue"].as_str().unwrap();
            let event: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
            assert_valid(&name, &event, event_type);
            assert!(name.ends_with(event_type), "{name} holds a {event_type}");
        }
    }
}

#[test]
fn a_message_of_no_event_is_a_notification_of_the_bucket_of_files() {
    for (name, sample) in samples("aws").into_iter().filter(|(_, sample)| kind(sample) == "aws/sqs-of-files") {
        for record in sample["Records"].as_array().unwrap() {
            let notification: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
            assert_valid(&name, &notification, "aws/s3");
        }
    }
}

#[test]
fn every_function_has_a_sample_and_every_sample_a_function() {
    let folders = std::fs::read_dir(root().join("functions")).unwrap();
    let functions: BTreeSet<String> =
        folders.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let named: BTreeSet<String> =
        samples("aws").iter().map(|(name, _)| name.split('.').next().unwrap().to_owned()).collect();
    assert_eq!(named, functions);
}
