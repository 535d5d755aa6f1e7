use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use sipstr_domain::ListId;
use sipstr_domain::cart::list::{ListItem, ListName, MAX_LISTS, SavedList};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, IdempotencyKey, PathOf, Problem};
use sipstr_storage::lists::Added;

use crate::desk::Desk;

/// A list that a customer keeps. The `ETag` is what an edit names.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListView {
    pub id: ListId,
    /// Named by an edit: `If-Match: "3"`.
    pub version: u64,
    pub name: ListName,
    pub items: Vec<ListItem>,
    pub changed_at: String,
}

impl From<SavedList> for ListView {
    fn from(list: SavedList) -> Self {
        Self {
            id: list.id,
            version: list.version,
            name: list.name,
            items: list.items,
            changed_at: list.changed_at.to_string(),
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lists {
    pub items: Vec<ListSummary>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListSummary {
    pub id: ListId,
    pub name: ListName,
    /// Products on it.
    pub products: usize,
    pub changed_at: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListNamed {
    pub name: ListName,
}

/// The customer's lists, oldest first: at most 50, so there is one page.
#[utoipa::path(
    get, path = "/v1/lists", tag = "Lists", operation_id = "listLists",
    responses((status = 200, body = Lists)),
    security(("bearer" = []))
)]
pub async fn list_lists(customer: Customer, State(desk): State<Desk>) -> ApiResult<Json<Lists>> {
    let lists = desk.carts.lists(customer.id()).await?.into_iter().map(|list| ListSummary {
        id: list.id,
        name: list.name,
        products: list.items.len(),
        changed_at: list.changed_at.to_string(),
    });
    let mut items: Vec<ListSummary> = lists.collect();
    items.sort_by(|a, b| a.changed_at.cmp(&b.changed_at));
    Ok(Json(Lists { items }))
}

/// Makes a list with nothing on it. The same `Idempotency-Key` leads to the same list.
#[utoipa::path(
    post, path = "/v1/lists", tag = "Lists", operation_id = "createList",
    params(("Idempotency-Key" = String, Header)),
    request_body = ListNamed,
    responses(
        (status = 201, body = ListView),
        (status = 400, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`too_many_lists`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn create_list(
    customer: Customer,
    State(desk): State<Desk>,
    key: IdempotencyKey,
    Body(ListNamed { name }): Body<ListNamed>,
) -> ApiResult<Response> {
    let id = ListId::derive(&[customer.id().as_str(), key.as_str()]);
    let list = SavedList::new(id, customer.id().clone(), name, desk.clock.now());
    match desk.carts.add_list(&list).await? {
        Added::New => Ok(answer(StatusCode::CREATED, list)),
        Added::Before(before) if before.made_as == list.made_as => Ok(answer(StatusCode::CREATED, *before)),
        Added::Before(_) => {
            let detail = "this key was used for a list of another name";
            Err(Problem::unprocessable("idempotency_key_reused", detail))
        }
        Added::TooMany => Err(Problem::conflict("too_many_lists", format!("there are {MAX_LISTS} lists already"))),
    }
}

#[utoipa::path(
    get, path = "/v1/lists/{listId}", tag = "Lists", operation_id = "showList",
    params(("listId" = String, Path)),
    responses((status = 200, body = ListView), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
/// One list with what is on it.
pub async fn show_list(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(id): PathOf<ListId>,
) -> ApiResult<Response> {
    let list = desk.carts.list(customer.id(), &id).await?.ok_or_else(Problem::not_found)?;
    Ok(answer(StatusCode::OK, list))
}

/// Names a list anew.
#[utoipa::path(
    put, path = "/v1/lists/{listId}", tag = "Lists", operation_id = "renameList",
    params(("listId" = String, Path), ("If-Match" = String, Header)),
    request_body = ListNamed,
    responses(
        (status = 200, body = ListView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn rename_list(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(id): PathOf<ListId>,
    headers: HeaderMap,
    Body(ListNamed { name }): Body<ListNamed>,
) -> ApiResult<Response> {
    let mut list = desk.carts.list(customer.id(), &id).await?.ok_or_else(Problem::not_found)?;
    matched(&headers, list.version)?;
    list.name = name;
    list.changed_at = desk.clock.now();
    if !desk.carts.store_list(&list).await? {
        return Err(stale());
    }
    list.version += 1;
    Ok(answer(StatusCode::OK, list))
}

/// Removes a list with all that is on it.
#[utoipa::path(
    delete, path = "/v1/lists/{listId}", tag = "Lists", operation_id = "removeList",
    params(("listId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 204),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_list(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(id): PathOf<ListId>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let list = desk.carts.list(customer.id(), &id).await?.ok_or_else(Problem::not_found)?;
    matched(&headers, list.version)?;
    if desk.carts.remove_list(&list).await? { Ok(StatusCode::NO_CONTENT) } else { Err(stale()) }
}

/// Answers with the version as `ETag`.
pub fn answer(status: StatusCode, list: SavedList) -> Response {
    (status, [(header::ETAG, tag(list.version))], Json(ListView::from(list))).into_response()
}

/// Refuses an edit of another version than the one that was read.
fn matched(headers: &HeaderMap, version: u64) -> ApiResult<()> {
    match headers.get(header::IF_MATCH) {
        None => {
            let detail = "say in If-Match which version you read";
            Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_missing", detail))
        }
        Some(_) => unless_stale(headers, version),
    }
}

/// The same where naming the version is up to the caller.
pub fn unless_stale(headers: &HeaderMap, version: u64) -> ApiResult<()> {
    match headers.get(header::IF_MATCH) {
        Some(wanted) if wanted.as_bytes() != tag(version).as_bytes() => Err(stale()),
        _ => Ok(()),
    }
}

fn stale() -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED, "stale", "the list was changed since it was read")
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}
