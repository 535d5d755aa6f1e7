//! Brands. A brand's id follows from what it was first called, so that the same one is made once, whoever makes it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sipstr_domain::BrandId;
use sipstr_domain::catalog::Brand;
use sipstr_http::idempotency::fingerprint;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, ListQuery, PageOf, PathOf, Problem, QueryOf, Signer, edit};
use sipstr_storage::products::{Made, Products};

use crate::Editor;

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BrandTerms {
    #[schema(max_length = 80)]
    pub name: String,
    /// By the country's English name.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub country: Option<String>,
}

impl BrandTerms {
    fn brand(&self) -> ApiResult<Brand> {
        Brand::new(&self.name, self.country.as_deref()).map_err(|invalid| Problem::invalid("/name", invalid.0))
    }
}

/// The refusal of what products would lose.
pub fn in_use() -> Problem {
    Problem::conflict("in_use", "products have it")
}

/// Makes a brand; the same one again is the one that there is.
#[utoipa::path(
    post, path = "/v1/catalogue/brands", tag = "Catalogue administration", operation_id = "createBrand",
    request_body = BrandTerms,
    responses(
        (status = 201, body = Brand),
        (status = 400, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`brand_exists`: another of this name"),
    ),
    security(("bearer" = []))
)]
pub async fn create_brand(
    _: Editor,
    State(products): State<Products>,
    Body(terms): Body<BrandTerms>,
) -> ApiResult<Response> {
    let brand = terms.brand()?;
    match products.add_entry(&brand, &fingerprint(&terms)).await? {
        Made::Now => Ok(edit::answer(StatusCode::CREATED, brand.version, brand)),
        Made::Before(brand) => Ok(edit::answer(StatusCode::CREATED, brand.version, brand)),
        Made::Taken => Err(Problem::conflict("brand_exists", "there is a brand of this name")),
    }
}

/// Brands by name, with how many products have each.
#[utoipa::path(
    get, path = "/v1/catalogue/brands", tag = "Catalogue administration", operation_id = "listBrandRecords",
    params(ListQuery),
    responses((status = 200, body = PageOf<Brand>), (status = 400, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_brand_records(
    _: Editor,
    State(products): State<Products>,
    State(signer): State<Signer>,
    QueryOf(query): QueryOf<ListQuery>,
) -> ApiResult<Json<PageOf<Brand>>> {
    let page = products.entries(query.limit()?, query.from(&signer, "brand-records")?).await?;
    Ok(Json(PageOf::of(page, &signer, "brand-records", |brand| brand)))
}

/// One brand.
#[utoipa::path(
    get, path = "/v1/catalogue/brands/{brandId}", tag = "Catalogue administration", operation_id = "showBrand",
    params(("brandId" = String, Path)),
    responses((status = 200, body = Brand), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn show_brand(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<BrandId>,
) -> ApiResult<Response> {
    let brand: Brand = products.entry(&id).await?.ok_or_else(Problem::not_found)?;
    Ok(edit::answer(StatusCode::OK, brand.version, brand))
}

/// Renames a brand. Its slug stays, so that links to it do.
#[utoipa::path(
    put, path = "/v1/catalogue/brands/{brandId}", tag = "Catalogue administration", operation_id = "changeBrand",
    params(("brandId" = String, Path), ("If-Match" = String, Header)),
    request_body = BrandTerms,
    responses(
        (status = 200, body = Brand),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn change_brand(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<BrandId>,
    headers: HeaderMap,
    Body(terms): Body<BrandTerms>,
) -> ApiResult<Response> {
    let before: Brand = products.entry(&id).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.version)?;
    let named = terms.brand()?;
    let after = Brand { name: named.name, country: named.country, ..before.clone() };
    if !products.change_entry(&after, false).await? {
        return Err(edit::stale());
    }
    let after = Brand { version: before.version + 1, ..after };
    Ok(edit::answer(StatusCode::OK, after.version, after))
}

/// Removes a brand that no product has.
#[utoipa::path(
    delete, path = "/v1/catalogue/brands/{brandId}", tag = "Catalogue administration", operation_id = "removeBrand",
    params(("brandId" = String, Path), ("If-Match" = String, Header)),
    responses(
        (status = 204),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`in_use`"),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn remove_brand(
    _: Editor,
    State(products): State<Products>,
    PathOf(id): PathOf<BrandId>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let brand: Brand = products.entry(&id).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, brand.version)?;
    match products.remove_entry(&brand).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(in_use()),
    }
}
