use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{ProductGroup, ProductState, VariesBy};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Public, QueryOf, etag};
use sipstr_storage::products::Listed;

use super::list_products::CACHE;
use super::show_product::InStore;
use crate::language::Reader;
use crate::left::Left;
use crate::unknown::not_found;
use crate::view::ProductView;

/// Most variants that are shown: no drink comes in more sizes and packs.
const MOST: i32 = 100;

/// What the store sells of the same drink.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Variants {
    /// In what they differ; nothing where the product is of no group.
    pub varies_by: Vec<VariesBy>,
    /// The product itself among them, the smallest first.
    pub products: Vec<ProductView>,
}

/// The sizes and packs of a product that the store sells.
#[utoipa::path(
    get, path = "/v1/products/{productId}/variants", tag = "Catalogue", operation_id = "listVariants",
    params(("productId" = String, Path), InStore, ("Accept-Language" = Option<String>, Header)),
    responses(
        (status = 200, body = Variants),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 404, body = ProblemBody, description = "not in this store's assortment"),
    )
)]
pub async fn list_variants(
    _: Public,
    State(state): State<crate::State>,
    PathOf(product): PathOf<ProductId>,
    QueryOf(query): QueryOf<InStore>,
    reader: Reader,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let listing = state.catalog.get(&query.store_id, &product).await?.ok_or_else(not_found)?;
    let (mut ids, mut varies_by) = (vec![product], Vec::new());
    if let Some(group) = &listing.product.catalogued.group_id {
        let listed = Listed::OfGroup(group.clone(), Some(ProductState::Active));
        let (known, of_group) =
            tokio::join!(state.products.entry::<ProductGroup>(group), state.products.list(&listed, MOST, None));
        varies_by = known?.map(|group| group.varies_by.into_iter().collect()).unwrap_or_default();
        let others = of_group?.items.into_iter().map(|record| record.id).filter(|id| *id != ids[0]);
        ids.extend(others.take(MOST as usize - 1).collect::<Vec<_>>());
    }
    let (listings, left) =
        tokio::join!(state.catalog.get_many(&query.store_id, &ids), Left::of(&state.inventory, &query.store_id, &ids));
    let (mut listings, left) = (listings?, left?);
    listings.sort_by(|a, b| {
        let size = |product: &sipstr_domain::catalog::Product| (product.volume_ml, product.pack);
        size(&a.product).cmp(&size(&b.product)).then_with(|| a.product.id.cmp(&b.product.id))
    });
    let now = state.clock.now();
    let views = listings.into_iter().map(|listing| {
        let free = left.of_listing(&listing);
        ProductView::in_list(listing, free, &reader, now)
    });
    let variants = Variants { varies_by, products: views.collect() };
    Ok(reader.answer(etag::json(&headers, CACHE, &variants)))
}
