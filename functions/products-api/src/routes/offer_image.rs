use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sipstr_domain::catalog::{Image, ImageLinks, ImageUpload, MOST_IMAGES};
use sipstr_domain::picture::{MOST_BYTES, PictureState, PictureType};
use sipstr_domain::{PictureId, ProductId};
use sipstr_files::LINK_LIFE;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Problem};
use sipstr_storage::products::Products;

use crate::Editor;

/// The file that shall be sent.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewImage {
    pub content_type: PictureType,
    /// Its exact size: at most eight mebibytes.
    #[schema(minimum = 1, maximum = 8_388_608)]
    pub bytes: u64,
    /// What it shows, for whoever does not see it.
    #[schema(max_length = 200)]
    pub alt: String,
}

/// A place for a product's picture: a `PUT` to this address, with just these headers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceForImage {
    pub id: PictureId,
    pub url: String,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub headers: BTreeMap<&'static str, String>,
    /// Seconds.
    #[schema(example = 300)]
    pub expires_in: u64,
}

/// A product's pictures in their order, and what became of uploads that are not among them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductImages {
    pub images: Vec<ImageLinks>,
    pub uploads: Vec<ImageUpload>,
}

/// Offers a place for a picture. It is shown, behind the others, when it was sent there and looked at.
#[utoipa::path(
    post, path = "/v1/catalogue/products/{productId}/images", tag = "Catalogue administration", operation_id = "offerProductImage",
    params(("productId" = String, Path)),
    request_body = NewImage,
    responses(
        (status = 201, body = PlaceForImage),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`too_many_images`"),
    ),
    security(("bearer" = []))
)]
pub async fn offer_image(
    _: Editor,
    State(state): State<crate::State>,
    PathOf(product): PathOf<ProductId>,
    Body(wish): Body<NewImage>,
) -> ApiResult<(StatusCode, Json<PlaceForImage>)> {
    if !(1..=MOST_BYTES).contains(&wish.bytes) {
        return Err(Problem::invalid("/bytes", format!("must be from 1 to {MOST_BYTES}")));
    }
    let image = Image::new(PictureId::new(), &wish.alt).map_err(|invalid| Problem::invalid("/alt", invalid.0))?;
    let record = state.products.get(&product).await?.ok_or_else(Problem::not_found)?;
    if record.images.len() >= MOST_IMAGES {
        let detail = format!("a product has at most {MOST_IMAGES} pictures");
        return Err(Problem::conflict("too_many_images", detail));
    }
    let now = state.clock.now();
    let upload = ImageUpload {
        id: image.id,
        product_id: product,
        alt: image.alt,
        state: PictureState::Waiting,
        fault: None,
        created_at: now,
    };
    state.products.offer_image(&upload).await?;
    let place = state.files.upload(&upload.key(), wish.content_type.as_str(), wish.bytes, now);
    let place = PlaceForImage {
        id: upload.id,
        url: place.url,
        headers: place.headers.into_iter().collect(),
        expires_in: LINK_LIFE.as_secs(),
    };
    Ok((StatusCode::CREATED, Json(place)))
}

/// A product's pictures, and the uploads of the last day that wait or were refused.
#[utoipa::path(
    get, path = "/v1/catalogue/products/{productId}/images", tag = "Catalogue administration", operation_id = "listProductImages",
    params(("productId" = String, Path)),
    responses((status = 200, body = ProductImages), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_images(
    _: Editor,
    State(products): State<Products>,
    PathOf(product): PathOf<ProductId>,
) -> ApiResult<Json<ProductImages>> {
    let record = products.get(&product).await?.ok_or_else(Problem::not_found)?;
    let mut uploads = products.image_uploads(&product).await?;
    uploads.retain(|upload| upload.state != PictureState::Ready);
    Ok(Json(ProductImages { images: record.images.iter().map(ImageLinks::from).collect(), uploads }))
}
