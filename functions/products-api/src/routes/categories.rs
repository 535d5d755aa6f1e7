//! The tree of categories. It is one thing with one version: whoever moves a branch has seen the tree that it is moved in.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use sipstr_domain::CategoryId;
use sipstr_domain::catalog::{CategoryNode, CategoryTerms, CategoryTree, TreeFault};
use sipstr_http::idempotency::{fingerprint, key_reused};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, InPerson, PathOf, Problem, edit};
use sipstr_storage::products::{NodeChange, Products, TreeChanged};

use crate::Editor;

/// Tries to add a category while others change the tree.
const TRIES: usize = 5;

/// The tree as editors see it: every category with its parent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TreeView {
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub categories: Vec<CategoryView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CategoryView {
    pub id: CategoryId,
    #[serde(flatten)]
    pub node: CategoryNode,
}

fn answer(status: StatusCode, tree: CategoryTree) -> Response {
    let categories = tree.nodes.into_iter().map(|(id, node)| CategoryView { id, node }).collect();
    edit::answer(status, tree.version, TreeView { version: tree.version, categories })
}

fn refused(fault: TreeFault) -> Problem {
    match fault {
        TreeFault::Unknown => Problem::not_found(),
        TreeFault::UnknownParent => Problem::invalid("/parent", fault.to_string()),
        TreeFault::Name => Problem::invalid("/name", fault.to_string()),
        TreeFault::LawMissing => Problem::invalid("/legal", fault.to_string()),
        TreeFault::Cycle => Problem::conflict("category_cycle", fault.to_string()),
        TreeFault::TooDeep => Problem::conflict("category_too_deep", fault.to_string()),
        TreeFault::TooMany => Problem::conflict("too_many_categories", fault.to_string()),
        TreeFault::OtherLaw => Problem::conflict("category_other_law", fault.to_string()),
        TreeFault::NameTaken => Problem::conflict("category_name_taken", fault.to_string()),
        TreeFault::HasChildren => Problem::conflict("category_not_empty", fault.to_string()),
    }
}

/// The tree of categories with its version.
#[utoipa::path(
    get, path = "/v1/catalogue/categories", tag = "Catalogue administration", operation_id = "showCategoryRecords",
    responses((status = 200, body = TreeView)),
    security(("bearer" = []))
)]
pub async fn show_categories(_: Editor, State(products): State<Products>) -> ApiResult<Response> {
    Ok(answer(StatusCode::OK, products.tree().await?))
}

/// Adds a category, under another one or, with what the law takes it for, at the root.
#[utoipa::path(
    post, path = "/v1/catalogue/categories", tag = "Catalogue administration", operation_id = "createCategory",
    params(("Idempotency-Key" = String, Header)),
    request_body = CategoryTerms,
    responses(
        (status = 201, body = TreeView),
        (status = 400, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`category_too_deep`, `category_name_taken`, `category_other_law`, `too_many_categories`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn create_category(
    InPerson(Current(admin)): Editor,
    State(products): State<Products>,
    key: IdempotencyKey,
    Body(terms): Body<CategoryTerms>,
) -> ApiResult<Response> {
    let made = fingerprint(&terms);
    let id = CategoryId::derive(&["category", admin.0.id().as_str(), key.as_str()]);
    for _ in 0..TRIES {
        let tree = products.tree().await?;
        if tree.nodes.contains_key(&id) {
            let same = products.category_made(&id).await?.is_some_and(|before| before == made);
            return if same { Ok(answer(StatusCode::CREATED, tree)) } else { Err(key_reused()) };
        }
        let after = tree.with(id.clone(), terms.clone()).map_err(refused)?;
        if products.change_tree(&after, NodeChange::Added(&id, &made)).await? == TreeChanged::Yes {
            return Ok(answer(StatusCode::CREATED, after));
        }
    }
    Err(Problem::unavailable())
}

/// Renames, translates or moves a category, with all that hangs below it, in the version of the tree that was read.
#[utoipa::path(
    put, path = "/v1/catalogue/categories/{categoryId}", tag = "Catalogue administration", operation_id = "changeCategory",
    params(("categoryId" = String, Path), ("If-Match" = String, Header)),
    request_body = CategoryTerms,
    responses(
        (status = 200, body = TreeView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`category_cycle`, `category_too_deep`, `category_name_taken`, `category_other_law`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_category(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<CategoryId>,
    headers: HeaderMap,
    Body(terms): Body<CategoryTerms>,
) -> ApiResult<Response> {
    let tree = products.tree().await?;
    if !tree.nodes.contains_key(&id) {
        return Err(Problem::not_found());
    }
    edit::matched(&headers, tree.version)?;
    let after = tree.changed(&id, terms).map_err(refused)?;
    match products.change_tree(&after, NodeChange::Changed).await? {
        TreeChanged::Yes => Ok(answer(StatusCode::OK, after)),
        TreeChanged::Stale | TreeChanged::Refused => Err(edit::stale()),
    }
}

/// Removes a category that is empty: nothing hangs below it, and no product is in it, sold or not.
#[utoipa::path(
    delete, path = "/v1/catalogue/categories/{categoryId}", tag = "Catalogue administration", operation_id = "removeCategory",
    params(("categoryId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 204),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`category_not_empty`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_category(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<CategoryId>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let tree = products.tree().await?;
    if !tree.nodes.contains_key(&id) {
        return Err(Problem::not_found());
    }
    edit::matched(&headers, tree.version)?;
    let after = tree.without(&id).map_err(refused)?;
    match products.change_tree(&after, NodeChange::Removed(&id)).await? {
        TreeChanged::Yes => Ok(StatusCode::NO_CONTENT),
        TreeChanged::Stale => Err(edit::stale()),
        TreeChanged::Refused => Err(Problem::conflict("category_not_empty", "products are in it")),
    }
}
