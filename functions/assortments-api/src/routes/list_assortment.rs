use axum::Json;
use axum::extract::State;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, ListQuery, PageOf, PathOf, QueryOf, StoreStaff};

use crate::view::ListingView;

/// A store's assortment with what is not offered, page by page.
#[utoipa::path(
    get, path = "/v1/stores/{storeId}/assortment", tag = "Assortment", operation_id = "listAssortment",
    params(("storeId" = String, Path), ListQuery),
    responses((status = 200, body = PageOf<ListingView>), (status = 404, body = ProblemBody, description = "not your store")),
    security(("bearer" = []))
)]
pub async fn list_assortment(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf(store): PathOf<StoreId>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<ListingView>>> {
    staff.may(&store, Permission::SeeStock)?;
    let (list, now) = (format!("assortment:{store}"), state.clock.now());
    let page = state.catalog.all(&store, query.limit()?, query.from(&state.signer, &list)?).await?;
    Ok(Json(PageOf::of(page, &state.signer, &list, |listing| ListingView::of(listing, now))))
}
