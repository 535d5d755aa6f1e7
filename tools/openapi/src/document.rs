//! One document out of the functions' parts.

use std::collections::BTreeSet;

use anyhow::{Context, bail, ensure};
use http::StatusCode;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, Content, Info, License, OpenApi, OpenApiBuilder, PathItem, Paths, Ref, RefOr, ResponseBuilder, Server,
};

use crate::tags::TAGS;

/// The schema of every error's body: `sipstr_http::problem::ProblemBody`.
const PROBLEM: &str = "Problem";
const JSON: &str = "application/json";
const PROBLEM_JSON: &str = "application/problem+json";

const DESCRIPTION: &str = "Alcohol on demand from licensed stores: catalogue, carts, orders, payments and deliveries.\n\n\
    Errors are problem details (RFC 9457) with a stable `code`. Whatever creates or charges takes an `Idempotency-Key`: \
    the same key and body is the same request. Lists come in pages, with a `cursor` to the next. Amounts are integers in \
    minor units, times are UTC (RFC 3339), ids are opaque. What belongs to somebody else is answered with 404.";

/// Puts the parts together; refuses what would contradict itself.
pub fn merge(parts: Vec<(&'static str, OpenApi)>) -> anyhow::Result<OpenApi> {
    let mut paths = Paths::new();
    let mut components = Components::new();
    let (mut ids, mut tags) = (BTreeSet::new(), BTreeSet::new());
    for (function, part) in parts {
        for (path, item) in part.paths.paths {
            let into = paths.paths.entry(path.clone()).or_default();
            add(into, item, function, &mut ids, &mut tags).with_context(|| format!("{function}: {path}"))?;
        }
        for (name, schema) in part.components.unwrap_or_default().schemas {
            match components.schemas.get(&name) {
                Some(known) if *known != schema => bail!("{function}: another schema is called {name} too"),
                Some(_) => {}
                None => drop(components.schemas.insert(name, schema)),
            }
        }
    }
    paths.paths.sort_keys();
    let unknown: Vec<&String> = tags.iter().filter(|tag| !TAGS.iter().any(|(name, _)| name == tag)).collect();
    ensure!(unknown.is_empty(), "no description in tools/openapi/src/tags.rs for the tags {unknown:?}");
    let tags = TAGS.iter().filter(|(name, _)| tags.contains(*name));
    let tags = tags.map(|(name, text)| TagBuilder::new().name(*name).description(Some(*text)).build());
    let mut document = OpenApiBuilder::new()
        .info(info())
        .servers(Some([Server::new("/")]))
        .tags(Some(tags))
        .paths(paths)
        .components(Some(components))
        .build();
    sipstr_http::openapi::with_bearer(&mut document);
    Ok(document)
}

fn info() -> Info {
    let mut licence = License::new("MIT");
    licence.identifier = Some("MIT".to_owned());
    let mut info = Info::new("Sipstr API", env!("CARGO_PKG_VERSION"));
    info.description = Some(DESCRIPTION.to_owned());
    info.license = Some(licence);
    info
}

/// Adds the operations of one path, each with the name of the function that serves it.
fn add(
    into: &mut PathItem,
    from: PathItem,
    function: &str,
    ids: &mut BTreeSet<String>,
    tags: &mut BTreeSet<String>,
) -> anyhow::Result<()> {
    let slots = [
        ("get", &mut into.get, from.get),
        ("put", &mut into.put, from.put),
        ("post", &mut into.post, from.post),
        ("delete", &mut into.delete, from.delete),
        ("patch", &mut into.patch, from.patch),
    ];
    for (method, slot, operation) in slots {
        let Some(mut operation) = operation else { continue };
        ensure!(slot.is_none(), "{method} is served by another function too");
        let id = operation.operation_id.clone().with_context(|| format!("{method} has no operation id"))?;
        ensure!(ids.insert(id.clone()), "another operation is called {id} too");
        tags.extend(operation.tags.iter().flatten().cloned());
        complete(&mut operation);
        serve_by(&mut operation, function);
        *slot = Some(operation);
    }
    Ok(())
}

/// Adds what holds for every operation: each answer has a description, errors are problem details, and there may be errors
/// that are not worth naming one by one.
fn complete(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
            response.description = status.and_then(|status| status.canonical_reason()).unwrap_or_default().to_owned();
        }
        if response.content.get(JSON).is_some_and(is_problem) {
            let content = response.content.shift_remove(JSON).expect("it was just there");
            response.content.insert(PROBLEM_JSON.to_owned(), content);
        }
    }
    let schema = Ref::from_schema_name(PROBLEM);
    let other = ResponseBuilder::new().description("another error").content(PROBLEM_JSON, Content::new(Some(schema)));
    operation.responses.responses.entry("default".to_owned()).or_insert_with(|| RefOr::T(other.build()));
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) = content else { return false };
    *schema == Ref::from_schema_name(PROBLEM)
}

fn serve_by(operation: &mut Operation, function: &str) {
    let name = ExtensionsBuilder::new().add("x-function", function).build();
    operation.extensions.get_or_insert_default().merge(name);
}
