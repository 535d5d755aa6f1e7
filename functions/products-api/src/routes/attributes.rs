//! Attributes that products may have: their kind, unit, and the values that they allow.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::words::Names;
use sipstr_domain::catalog::{AttributeDefinition, AttributeKey, AttributeKind};
use sipstr_http::idempotency::fingerprint;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, edit};
use sipstr_storage::products::{Made, Products};

use super::brands::in_use;
use crate::Editor;

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeTerms {
    #[schema(max_length = 60)]
    pub label: String,
    /// In other languages.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub labels: Names,
    pub kind: AttributeKind,
}

impl AttributeTerms {
    fn definition(&self, key: AttributeKey) -> ApiResult<AttributeDefinition> {
        let labels = sipstr_domain::catalog::words::names(self.labels.clone(), 60);
        let labels = labels.map_err(|invalid| Problem::invalid("/labels", invalid.0))?;
        let label = self.label.trim().to_owned();
        let definition = AttributeDefinition { key, version: 1, label, labels, kind: self.kind.clone(), uses: 0 };
        definition.sound().map_err(|invalid| Problem::invalid("/kind", invalid.0))?;
        Ok(definition)
    }
}

/// Attributes by label, with how many products have each.
#[utoipa::path(
    get, path = "/v1/catalogue/attributes", tag = "Catalogue administration", operation_id = "listAttributes",
    params(ListQuery),
    responses((status = 200, body = PageOf<AttributeDefinition>), (status = 400, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_attributes(
    _: Editor,
    State(products): State<Products>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<AttributeDefinition>>> {
    let page = products.entries(query.limit()?, query.from(&signer, "attributes")?).await?;
    Ok(Json(PageOf::of(page, &signer, "attributes", |definition| definition)))
}

/// Defines an attribute under its key, or changes the one at the version that was read. While products have it, its list may
/// grow and its bounds may widen; another kind or unit is refused.
#[utoipa::path(
    put, path = "/v1/catalogue/attributes/{key}", tag = "Catalogue administration", operation_id = "putAttribute",
    params(("key" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = AttributeTerms,
    responses(
        (status = 200, body = AttributeDefinition),
        (status = 201, body = AttributeDefinition),
        (status = 400, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`in_use`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`: there is one of this key"),
    ),
    security(("bearer" = []))
)]
pub async fn put_attribute(
    _: Editor,
    State(products): State<Products>,
    PathOf(key): PathOf<AttributeKey>,
    headers: HeaderMap,
    Body(terms): Body<AttributeTerms>,
) -> ApiResult<Response> {
    let definition = terms.definition(key)?;
    if !headers.contains_key(header::IF_MATCH) {
        return match products.add_entry(&definition, &fingerprint(&terms)).await? {
            Made::Now => Ok(edit::answer(StatusCode::CREATED, definition.version, definition)),
            Made::Before(definition) => Ok(edit::answer(StatusCode::CREATED, definition.version, definition)),
            Made::Taken => Err(edit::matched(&headers, 0).err().unwrap_or_else(edit::stale)),
        };
    }
    let before: AttributeDefinition = products.entry(&definition.key).await?.ok_or_else(edit::stale)?;
    edit::matched(&headers, before.version)?;
    if !before.may_become(&definition.kind) {
        return Err(in_use());
    }
    let after = AttributeDefinition { version: before.version, uses: before.uses, ..definition };
    // One that no product had when it was read may have got some since.
    if !products.change_entry(&after, before.uses == 0 && after.kind != before.kind).await? {
        return Err(edit::stale());
    }
    let after = AttributeDefinition { version: before.version + 1, ..after };
    Ok(edit::answer(StatusCode::OK, after.version, after))
}

/// Removes an attribute that no product has.
#[utoipa::path(
    delete, path = "/v1/catalogue/attributes/{key}", tag = "Catalogue administration", operation_id = "removeAttribute",
    params(("key" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 204),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`in_use`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_attribute(
    _: Editor,
    State(products): State<Products>,
    PathOf(key): PathOf<AttributeKey>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let definition: AttributeDefinition = products.entry(&key).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, definition.version)?;
    match products.remove_entry(&definition).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(in_use()),
    }
}
