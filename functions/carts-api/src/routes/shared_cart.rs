use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sipstr_checkout::CartGoods;
use sipstr_domain::StoreId;
use sipstr_domain::cart::Lines;
use sipstr_domain::cart::share::SharedCart;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer, PathOf, Problem, Public};

use crate::desk::Desk;
use crate::guest::hash;
use crate::view::Brought;

/// A cart that somebody passed on, at present prices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SharedCartView {
    pub store_id: StoreId,
    #[serde(flatten)]
    pub goods: CartGoods,
    pub expires_at: String,
}

/// What a link to a cart shows: the store and the lines, at present prices. It is never cached: a link can be revoked.
#[utoipa::path(
    get, path = "/v1/shared-carts/{token}", tag = "Shared carts", operation_id = "showSharedCart",
    params(("token" = String, Path)),
    responses(
        (status = 200, body = SharedCartView),
        (status = 404, body = ProblemBody, description = "no such link, or it is over, or was revoked"),
    )
)]
pub async fn show_shared_cart(
    _: Public,
    State(desk): State<Desk>,
    PathOf(token): PathOf<String>,
) -> ApiResult<Json<SharedCartView>> {
    let shared = open(&desk, &token).await?;
    let facts = desk.checkout.goods(&shared.store_id, &shared.lines).await?;
    let lines: Lines = shared.lines.into_iter().collect();
    let expires_at = shared.expires_at.to_string();
    Ok(Json(SharedCartView { store_id: shared.store_id, goods: desk.review(&lines, &facts), expires_at }))
}

/// Brings a cart that somebody passed on into one's own cart of that store, by the rule of merging.
#[utoipa::path(
    post, path = "/v1/shared-carts/{token}/copy", tag = "Shared carts", operation_id = "copySharedCart",
    params(("token" = String, Path)),
    responses(
        (status = 200, body = Brought),
        (status = 404, body = ProblemBody, description = "no such link, or it is over, or was revoked"),
        (status = 409, body = ProblemBody, description = "`too_many_carts`"),
    ),
    security(("bearer" = []))
)]
pub async fn copy_shared_cart(
    customer: Customer,
    State(desk): State<Desk>,
    PathOf(token): PathOf<String>,
) -> ApiResult<Json<Brought>> {
    let shared = open(&desk, &token).await?;
    Ok(Json(desk.bring(customer.id(), &shared.store_id, &shared.lines).await?))
}

async fn open(desk: &Desk, token: &str) -> ApiResult<SharedCart> {
    let shared = desk.carts.shown(&hash(token)).await?;
    shared.filter(|shared| shared.is_open(desk.clock.now())).ok_or_else(Problem::not_found)
}
