use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use sipstr_domain::CategoryId;
use sipstr_domain::catalog::{Category, CategoryTree};
use sipstr_http::{ApiResult, Public, etag};
use sipstr_storage::products::Products;

use crate::language::Reader;

/// Categories change rarely.
const CACHE: &str = "public, max-age=60";

/// A category that customers browse.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BrowsedCategory {
    pub id: CategoryId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<CategoryId>,
    pub name: String,
    /// From the root down, in addresses.
    #[schema(example = "beer/ale/stout")]
    pub path: String,
    /// What the law takes its products for.
    pub legal: Category,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Categories {
    /// Each before those that hang below it, siblings in their order.
    pub categories: Vec<BrowsedCategory>,
}

/// The tree of categories, the same for every store.
#[utoipa::path(
    get, path = "/v1/categories", tag = "Catalogue", operation_id = "listCategories",
    params(("Accept-Language" = Option<String>, Header)),
    responses((status = 200, body = Categories), (status = 304, description = "as in If-None-Match"))
)]
pub async fn list_categories(
    _: Public,
    State(products): State<Products>,
    reader: Reader,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let tree = products.tree().await?;
    let mut categories = Vec::with_capacity(tree.nodes.len());
    descend(&tree, None, "", &reader, &mut categories);
    Ok(reader.answer(etag::json(&headers, CACHE, &Categories { categories })))
}

fn descend(
    tree: &CategoryTree,
    parent: Option<&CategoryId>,
    above: &str,
    reader: &Reader,
    found: &mut Vec<BrowsedCategory>,
) {
    for (id, node) in tree.children(parent) {
        let path = if above.is_empty() { node.slug.to_string() } else { format!("{above}/{}", node.slug) };
        let name = reader.name(&node.names).unwrap_or(&node.name).clone();
        let (id, parent_id, legal) = (id.clone(), node.parent.clone(), node.legal);
        found.push(BrowsedCategory { id: id.clone(), parent_id, name, path: path.clone(), legal });
        descend(tree, Some(&id), &path, reader, found);
    }
}
