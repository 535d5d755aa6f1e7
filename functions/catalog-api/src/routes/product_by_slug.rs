use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::{ProductState, Slug};
use sipstr_domain::{Money, StoreId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, PathOf, Public, QueryOf, etag};

use super::list_products::CACHE;
use crate::language::Reader;
use crate::left::Left;
use crate::unknown::not_found;
use crate::view::{Availability, ProductInfo};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AtStore {
    /// The store whose offer is shown, if any.
    pub store_id: Option<StoreId>,
}

/// The page of a product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductPage {
    /// Where the page has moved to, where it was asked for by a slug that the product has no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<Slug>,
    pub product: ProductInfo,
    /// Absent where no store was named, or it does not sell this product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    pub store_id: StoreId,
    pub price: Money,
    pub availability: Availability,
}

/// A product by the name that it has, or once had, in addresses. One that is not sold has no page.
#[utoipa::path(
    get, path = "/v1/products/by-slug/{slug}", tag = "Catalogue", operation_id = "showProductBySlug",
    params(("slug" = String, Path), AtStore, ("Accept-Language" = Option<String>, Header)),
    responses(
        (status = 200, body = ProductPage),
        (status = 304, description = "as in If-None-Match"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 404, body = ProblemBody),
    )
)]
pub async fn product_by_slug(
    _: Public,
    State(state): State<crate::State>,
    PathOf(slug): PathOf<Slug>,
    QueryOf(query): QueryOf<AtStore>,
    reader: Reader,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let id = state.products.of_slug(&slug).await?.ok_or_else(not_found)?;
    let record = state.products.get(&id).await?.filter(|record| record.state == ProductState::Active);
    let record = record.ok_or_else(not_found)?;
    let product = record.product().map_err(|_| not_found())?;
    let offer = match query.store_id {
        None => None,
        Some(store) => {
            let listing = state.catalog.get_many(&store, &[id]).await?;
            let left = Left::of_page(&state.inventory, &store, &listing).await?;
            listing.first().map(|listing| Offer {
                store_id: store,
                price: listing.price_at(state.clock.now()),
                availability: Availability::of(left.of_listing(listing)),
            })
        }
    };
    let moved_to = record.details.slug.clone().filter(|now| *now != slug);
    let page = ProductPage { moved_to, product: ProductInfo::in_full(product, Some(record), &reader), offer };
    Ok(reader.answer(etag::json(&headers, CACHE, &page)))
}
