use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::Relation;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Public, QueryOf, etag};

use super::list_products::CACHE;
use super::show_product::InStore;
use crate::language::Reader;
use crate::left::Left;
use crate::unknown::not_found;
use crate::view::ProductView;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelatedProduct {
    pub kind: Relation,
    pub product: ProductView,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelatedProducts {
    pub related: Vec<RelatedProduct>,
}

/// What editors relate a product to and the store sells: similar ones, what goes with it, what replaces it.
#[utoipa::path(
    get, path = "/v1/products/{productId}/related", tag = "Catalogue", operation_id = "listRelatedProducts",
    params(("productId" = String, Path), InStore, ("Accept-Language" = Option<String>, Header)),
    responses(
        (status = 200, body = RelatedProducts),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 404, body = ProblemBody),
    )
)]
pub async fn list_related(
    _: Public,
    State(state): State<crate::State>,
    PathOf(product): PathOf<ProductId>,
    QueryOf(query): QueryOf<InStore>,
    reader: Reader,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let record = state.products.get(&product).await?.ok_or_else(not_found)?;
    let mut ids: Vec<ProductId> = record.details.related.iter().map(|related| related.id.clone()).collect();
    ids.dedup();
    let (listings, left) =
        tokio::join!(state.catalog.get_many(&query.store_id, &ids), Left::of(&state.inventory, &query.store_id, &ids));
    let listings = listings?;
    let left = left?.and_parts(&state.inventory, &query.store_id, &listings).await?;
    let now = state.clock.now();
    let sold: HashMap<_, _> = listings.into_iter().map(|listing| (listing.product.id.clone(), listing)).collect();
    let related = record.details.related.iter().filter_map(|related| {
        let listing = sold.get(&related.id)?.clone();
        let free = left.of_listing(&listing);
        Some(RelatedProduct { kind: related.kind, product: ProductView::in_list(listing, free, &reader, now) })
    });
    let related = RelatedProducts { related: related.collect() };
    Ok(reader.answer(etag::json(&headers, CACHE, &related)))
}
