use axum::extract::State;
use http::StatusCode;
use sipstr_domain::watch::{MOST_WATCHES, Watch};
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Customer, PathOf, Problem};
use sipstr_storage::watches::Watched;

/// Waits for a product that is sold out: its customer is told once, by mail and in the app, when it can be ordered again, and
/// waits for ninety days at most. Who waits already goes on waiting.
#[utoipa::path(
    put, path = "/v1/me/watches/{storeId}/{productId}", tag = "Account", operation_id = "watchProduct",
    params(("storeId" = String, Path), ("productId" = String, Path)),
    responses(
        (status = 204),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "the store does not sell this product"),
        (status = 409, body = ProblemBody, description = "`in_stock`: it can be ordered; `kit`: wait for its parts; `too_many_watches`"),
    ),
    security(("bearer" = []))
)]
pub async fn watch(
    customer: Customer,
    State(state): State<crate::State>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
) -> ApiResult<StatusCode> {
    let (listing, level) = tokio::join!(state.catalog.get(&store, &product), state.inventory.level(&store, &product));
    let listing = listing?.ok_or_else(Problem::not_found)?;
    if listing.product.is_kit() {
        return Err(Problem::conflict("kit", "wait for what it is made of"));
    }
    if level?.is_some_and(|level| level.available() > 0) {
        return Err(Problem::conflict("in_stock", "it can be ordered"));
    }
    let watch = Watch::new(customer.id().clone(), store, product, state.clock.now());
    match state.accounts.watch(&watch, MOST_WATCHES).await? {
        Watched::Yes => Ok(StatusCode::NO_CONTENT),
        Watched::TooMany => {
            Err(Problem::conflict("too_many_watches", format!("at most {MOST_WATCHES}; remove one first")))
        }
    }
}
