//! Tables as Terraform makes them: their shapes are read from its own file.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TableDescription, TableStatus,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use sipstr_storage::Db;

const TERRAFORM: &str = include_str!("../../infra/terraform/modules/app/tables.tf");

/// A setting of a table that is not known here fails the reading, so that none is overlooked.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    sort: bool,
    stream: bool,
    ttl: bool,
    indexes: BTreeMap<String, Index>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    hash: String,
    range: String,
    #[serde(default = "text")]
    range_type: String,
    #[serde(default = "all")]
    projection: String,
}

fn text() -> String {
    "S".to_owned()
}

fn all() -> String {
    "ALL".to_owned()
}

/// Every table by its short name.
pub fn shapes() -> BTreeMap<String, Shape> {
    let body = TERRAFORM.split_once("tables = {").expect("the local value `tables`").1;
    let mut words = words(body).into_iter();
    serde_json::from_value(object(&mut words)).expect("tables.tf holds what is known here")
}

/// Names, texts and braces; commas, equal signs and comments only divide them.
fn words(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let code = code.replace('{', " { ").replace('}', " } ").replace([',', '='], " ");
    code.split_whitespace().map(str::to_owned).collect()
}

/// What follows an opening brace, up to the one that closes it.
fn object(words: &mut impl Iterator<Item = String>) -> Value {
    let mut fields = Map::new();
    while let Some(name) = words.next().filter(|word| word != "}") {
        let value = match words.next().expect("a value").as_str() {
            "{" => object(words),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word => Value::String(word.trim_matches('"').to_owned()),
        };
        fields.insert(name, value);
    }
    Value::Object(fields)
}

pub async fn create(db: &Db, name: &str, shape: &Shape) {
    let mut table = db.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    let mut attributes = BTreeMap::from([("pk", "S")]);
    table = table.key_schema(key("pk", KeyType::Hash));
    if shape.sort {
        attributes.insert("sk", "S");
        table = table.key_schema(key("sk", KeyType::Range));
    }
    for (name, index) in &shape.indexes {
        attributes.extend([(index.hash.as_str(), "S"), (index.range.as_str(), index.range_type.as_str())]);
        let projection = Projection::builder().projection_type(ProjectionType::from(index.projection.as_str())).build();
        let keys = vec![key(&index.hash, KeyType::Hash), key(&index.range, KeyType::Range)];
        let built = GlobalSecondaryIndex::builder().index_name(name).set_key_schema(Some(keys)).projection(projection);
        table = table.global_secondary_indexes(built.build().expect("an index"));
    }
    for (name, kind) in attributes {
        let kind = ScalarAttributeType::from(kind);
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build();
        table = table.attribute_definitions(attribute.expect("an attribute"));
    }
    table.send().await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    while describe(db, name).await.table_status != Some(TableStatus::Active) {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("a key")
}

async fn describe(db: &Db, name: &str) -> TableDescription {
    let found = db.describe_table().table_name(name).send().await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    found.table.expect("a description")
}

/// The shape of a table that exists, without expiry, of which a description does not tell.
fn seen(table: &TableDescription) -> Shape {
    let key_of = |keys: &[KeySchemaElement], kind: KeyType| {
        keys.iter().find(|key| key.key_type == kind).map(|key| key.attribute_name.clone())
    };
    let type_of = |name: &str| {
        let defined = table.attribute_definitions().iter().find(|attribute| attribute.attribute_name == name);
        defined.map(|attribute| attribute.attribute_type.as_str().to_owned()).expect("a key's type")
    };
    let indexes = table.global_secondary_indexes().iter().map(|index| {
        let range = key_of(index.key_schema(), KeyType::Range).expect("a range");
        let projection = index.projection().and_then(|projection| projection.projection_type()).expect("a projection");
        let shape = Index {
            hash: key_of(index.key_schema(), KeyType::Hash).expect("a hash"),
            range_type: type_of(&range),
            range,
            projection: projection.as_str().to_owned(),
        };
        (index.index_name().expect("a name").to_owned(), shape)
    });
    assert_eq!(key_of(table.key_schema(), KeyType::Hash).as_deref(), Some("pk"));
    Shape {
        sort: key_of(table.key_schema(), KeyType::Range).as_deref() == Some("sk"),
        stream: table.stream_specification().is_some_and(|stream| stream.stream_enabled),
        ttl: false,
        indexes: indexes.collect(),
    }
}

#[tokio::test]
async fn the_tables_of_the_stack_are_of_these_shapes() {
    // Only where Terraform made a stack: another database has the tables of these tests and no others.
    if std::env::var("SIPSTR_DYNAMODB").is_ok() {
        return;
    }
    let stack = sipstr_testkit::Stack::from_env();
    let db = crate::ground::aws(&stack.aws, &stack.region).dynamodb();
    for (name, shape) in shapes() {
        let found = seen(&describe(&db, &format!("{}-{name}", stack.prefix)).await);
        assert_eq!(found, Shape { ttl: false, ..shape }, "{name}");
    }
}
