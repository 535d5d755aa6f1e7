use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sipstr_domain::permission::Permission;
use sipstr_domain::{ProductId, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, PathOf, Problem, StoreStaff, edit};

use crate::view::ListingView;

/// A product in a store's assortment; its version is the `ETag`.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/assortment/{productId}", tag = "Assortment", operation_id = "showListing",
    params(("storeId" = String, Path), ("productId" = String, Path)),
    responses(
        (status = 200, body = ListingView),
        (status = 404, body = ProblemBody, description = "not your store, or not in its assortment"),
    ),
    security(("bearer" = []))
)]
pub async fn show_listing(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::SeeStock)?;
    let listing = state.catalog.get_now(&store, &product).await?.ok_or_else(Problem::not_found)?;
    Ok(edit::answer(StatusCode::OK, listing.terms.version, ListingView::of(listing, state.clock.now())))
}
