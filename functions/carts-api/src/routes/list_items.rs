use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use sipstr_domain::cart::MAX_QUANTITY;
use sipstr_domain::cart::list::{ListFull, ListItem, SavedList};
use sipstr_domain::{ListId, ProductId, StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Customer, PathOf, Problem};
use sipstr_storage::catalog::Catalog;

use super::lists::{ListView, answer, unless_stale};
use crate::desk::{Desk, TRIES, no_store};
use crate::view::Brought;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemOfList {
    /// The store where it was found.
    pub store_id: StoreId,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: u32,
}

/// Puts a product onto a list, or says anew how many are wanted: the whole number, so that a repeated request changes nothing.
#[utoipa::path(
    put, path = "/v1/lists/{listId}/items/{productId}", tag = "Lists", operation_id = "putListItem",
    params(("listId" = String, Path), ("productId" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = ItemOfList,
    responses(
        (status = 200, body = ListView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not your list, or the store does not sell it"),
        (status = 409, body = ProblemBody, description = "`list_full`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_list_item(
    customer: Customer,
    State(desk): State<Desk>,
    State(catalog): State<Catalog>,
    PathOf((id, product)): PathOf<(ListId, ProductId)>,
    headers: HeaderMap,
    Body(wish): Body<ItemOfList>,
) -> ApiResult<Response> {
    if !(1..=MAX_QUANTITY).contains(&wish.quantity) {
        return Err(Problem::invalid("/quantity", format!("must be 1 to {MAX_QUANTITY}")));
    }
    catalog.get(&wish.store_id, &product).await?.ok_or_else(Problem::not_found)?;
    let item = ListItem { product_id: product, store_id: wish.store_id, quantity: wish.quantity };
    change(&desk, (customer.id(), &id), &headers, |list| list.set(item.clone()).map_err(full)).await
}

/// Takes a product off a list; one that is not on it is off it already.
#[utoipa::path(
    delete, path = "/v1/lists/{listId}/items/{productId}", tag = "Lists", operation_id = "deleteListItem",
    params(("listId" = String, Path), ("productId" = String, Path), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 200, body = ListView),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
    ),
    security(("bearer" = []))
)]
pub async fn delete_list_item(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf((id, product)): PathOf<(ListId, ProductId)>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    change(&desk, (customer.id(), &id), &headers, |list| {
        list.remove(&product);
        Ok(())
    })
    .await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListToCart {
    /// Where to buy it; what this store does not sell stays on the list only.
    pub store_id: StoreId,
}

/// Brings a list into the cart of a store by the rule of merging: of each product the larger quantity. The list stays as it is.
#[utoipa::path(
    post, path = "/v1/lists/{listId}/to-cart", tag = "Lists", operation_id = "listToCart",
    params(("listId" = String, Path)),
    request_body = ListToCart,
    responses(
        (status = 200, body = Brought),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`too_many_carts`"),
    ),
    security(("bearer" = []))
)]
pub async fn list_to_cart(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(id): PathOf<ListId>,
    Body(wish): Body<ListToCart>,
) -> ApiResult<Json<Brought>> {
    let list = desk.carts.list(customer.id(), &id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(desk.bring(customer.id(), &wish.store_id, &list.wanted()).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CartToList {
    pub list_id: ListId,
}

/// Puts what is in the current cart onto a list: of each product the larger quantity. All of it, or nothing; the cart stays as it is.
#[utoipa::path(
    post, path = "/v1/cart/to-list", tag = "Lists", operation_id = "cartToList",
    request_body = CartToList,
    responses(
        (status = 200, body = ListView),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "not your list"),
        (status = 409, body = ProblemBody, description = "`no_store_chosen`, `list_full`"),
    ),
    security(("bearer" = []))
)]
pub async fn cart_to_list(
    customer: Customer,
    State(desk): State<Desk>,
    Body(wish): Body<CartToList>,
) -> ApiResult<Response> {
    let cart = desk.carts.current(customer.id()).await?.ok_or_else(no_store)?;
    let lines = cart.lines.wanted();
    let change_it = |list: &mut SavedList| list.take_over(&cart.store_id, &lines).map_err(full);
    change(&desk, (customer.id(), &wish.list_id), &HeaderMap::new(), change_it).await
}

/// Changes a list on condition that nobody else did meanwhile; a change that changes nothing writes nothing.
async fn change(
    desk: &Desk,
    (customer, id): (&UserId, &ListId),
    headers: &HeaderMap,
    change: impl Fn(&mut SavedList) -> ApiResult<()>,
) -> ApiResult<Response> {
    for _ in 0..TRIES {
        let list = desk.carts.list(customer, id).await?.ok_or_else(Problem::not_found)?;
        unless_stale(headers, list.version)?;
        let mut next = list.clone();
        change(&mut next)?;
        if next == list {
            return Ok(answer(StatusCode::OK, list));
        }
        next.changed_at = desk.clock.now();
        if desk.carts.store_list(&next).await? {
            next.version += 1;
            return Ok(answer(StatusCode::OK, next));
        }
    }
    Err(Problem::unavailable())
}

fn full(reason: ListFull) -> Problem {
    Problem::conflict("list_full", reason.to_string())
}
