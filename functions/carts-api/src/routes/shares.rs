use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::Serialize;
use sipstr_domain::cart::share::{MAX_SHARES, SHARE_LIFE, Share, SharedCart};
use sipstr_domain::{ShareId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer, IdempotencyKey, InPerson, PathOf, Problem, Signer};

use crate::desk::{Desk, no_store};
use crate::guest::hash;

/// A link to a cart, as its owner sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    pub id: ShareId,
    /// What is passed on: `GET /v1/shared-carts/{token}`.
    pub token: String,
    pub store_id: StoreId,
    pub made_at: String,
    pub expires_at: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shares {
    pub items: Vec<ShareView>,
}

/// The token follows from the link's id and the application's key, 256 bits that nobody can guess: a repeated request is answered
/// with the same one, and only its hash is stored.
fn token(signer: &Signer, id: &ShareId) -> String {
    URL_SAFE_NO_PAD.encode(signer.derive("cart-share", id.as_str()))
}

fn view(signer: &Signer, share: Share) -> ShareView {
    ShareView {
        token: token(signer, &share.id),
        id: share.id,
        store_id: share.store_id,
        made_at: share.made_at.to_string(),
        expires_at: share.expires_at.to_string(),
    }
}

/// Makes a link that shows the current cart to whoever has it, for seven days: the store and the lines as they are now, and
/// nothing of whose they are. The same `Idempotency-Key` leads to the same link.
#[utoipa::path(
    post, path = "/v1/cart/shares", tag = "Shared carts", operation_id = "shareCart",
    params(("Idempotency-Key" = String, Header)),
    responses(
        (status = 201, body = ShareView),
        (status = 400, body = ProblemBody, description = "`idempotency_key_missing`"),
        (status = 403, body = ProblemBody, description = "`not_while_acting`"),
        (status = 409, body = ProblemBody, description = "`no_store_chosen`, `cart_empty`, `too_many_shares`, `share_revoked`"),
    ),
    security(("bearer" = []))
)]
pub async fn share_cart(
    InPerson(customer): InPerson<Customer>,
    State(desk): State<Desk>,
    State(signer): State<Signer>,
    key: IdempotencyKey,
) -> ApiResult<(StatusCode, Json<ShareView>)> {
    let (now, id) = (desk.clock.now(), ShareId::derive(&[customer.id().as_str(), key.as_str()]));
    if let Some(before) = desk.carts.share(customer.id(), &id).await? {
        return again(&signer, before);
    }
    let cart = desk.carts.current(customer.id()).await?.ok_or_else(no_store)?;
    if cart.lines.is_empty() {
        return Err(Problem::conflict("cart_empty", "there is nothing in the cart"));
    }
    let open = desk.carts.shares(customer.id()).await?.into_iter().filter(|share| share.is_open(now)).count();
    if open >= MAX_SHARES {
        let detail = format!("{MAX_SHARES} links are out: revoke one first");
        return Err(Problem::conflict("too_many_shares", detail));
    }
    let (store_id, token_hash, expires_at) = (cart.store_id, hash(&token(&signer, &id)), now + SHARE_LIFE);
    let shown = SharedCart { store_id: store_id.clone(), lines: cart.lines.wanted(), expires_at };
    let share = Share { id, token_hash, store_id, made_at: now, expires_at, revoked_at: None };
    if !desk.carts.add_share(customer.id(), &share, &shown).await? {
        let before = desk.carts.share(customer.id(), &share.id).await?.ok_or_else(Problem::unavailable)?;
        return again(&signer, before);
    }
    Ok((StatusCode::CREATED, Json(view(&signer, share))))
}

/// The answer to the same request again. A link that was revoked is over, whatever repeats the request that made it.
fn again(signer: &Signer, before: Share) -> ApiResult<(StatusCode, Json<ShareView>)> {
    if before.revoked_at.is_some() {
        return Err(Problem::conflict("share_revoked", "the link of this key was revoked: another key makes another"));
    }
    Ok((StatusCode::CREATED, Json(view(signer, before))))
}

/// The customer's links that can be followed: about 20 at most, so there is one page.
#[utoipa::path(
    get, path = "/v1/cart/shares", tag = "Shared carts", operation_id = "listShares",
    responses((status = 200, body = Shares)),
    security(("bearer" = []))
)]
pub async fn list_shares(
    customer: Customer,
    State(desk): State<Desk>,
    State(signer): State<Signer>,
) -> ApiResult<Json<Shares>> {
    let now = desk.clock.now();
    let open = desk.carts.shares(customer.id()).await?.into_iter().filter(|share| share.is_open(now));
    Ok(Json(Shares { items: open.map(|share| view(&signer, share)).collect() }))
}

/// Ends a link: whoever follows it finds nothing from now on.
#[utoipa::path(
    delete, path = "/v1/cart/shares/{shareId}", tag = "Shared carts", operation_id = "revokeShare",
    params(("shareId" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`not_while_acting`"),
        (status = 404, body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn revoke_share(
    InPerson(customer): InPerson<Customer>,
    State(desk): State<Desk>,
    PathOf(id): PathOf<ShareId>,
) -> ApiResult<StatusCode> {
    let now = desk.clock.now();
    let share = desk.carts.share(customer.id(), &id).await?.filter(|share| share.is_open(now));
    let share = share.ok_or_else(Problem::not_found)?;
    if desk.carts.revoke(customer.id(), &share, now).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::not_found())
}
