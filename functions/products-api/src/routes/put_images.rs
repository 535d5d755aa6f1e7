use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{Image, MOST_IMAGES, ProductRecord};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, PathOf, Problem, edit};
use sipstr_storage::products::{Changed, Context};

use crate::Editor;
use crate::checking::refused;

/// The pictures that stay, in their new order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageOrder {
    #[schema(max_items = 12)]
    pub images: Vec<Image>,
}

/// Orders a product's pictures, says what they show, and removes those that are left out, with their files.
#[utoipa::path(
    put, path = "/v1/catalogue/products/{productId}/images", tag = "Catalogue administration", operation_id = "putProductImages",
    params(("productId" = String, Path), ("If-Match" = String, Header)),
    request_body = ImageOrder,
    responses(
        (status = 200, body = ProductRecord),
        (status = 400, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 412, body = ProblemBody, description = "`stale`"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_images(
    InPerson(Current(admin)): Editor,
    State(state): State<crate::State>,
    PathOf(product): PathOf<ProductId>,
    headers: HeaderMap,
    Body(order): Body<ImageOrder>,
) -> ApiResult<Response> {
    let before = state.products.get(&product).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.version)?;
    let mut images: Vec<Image> = Vec::with_capacity(order.images.len().min(MOST_IMAGES));
    for (place, image) in order.images.iter().enumerate() {
        let pointer = |field: &str| format!("/images/{place}/{field}");
        let there = before.images.iter().any(|known| known.id == image.id);
        if !there || images.iter().any(|known| known.id == image.id) {
            return Err(Problem::invalid(pointer("id"), "must be a picture of the product, once"));
        }
        let image = Image::new(image.id.clone(), &image.alt);
        images.push(image.map_err(|invalid| Problem::invalid(pointer("alt"), invalid.0))?);
    }
    let after = ProductRecord { version: before.version + 1, images, updated_at: state.clock.now(), ..before.clone() };
    match state.products.change(&before, &after, &Context::default()).await? {
        Changed::Yes => {}
        Changed::Stale => return Err(edit::stale()),
        Changed::Refused(refusal) => return Err(refused(refusal)),
    }
    let gone = before.images.iter().filter(|old| after.images.iter().all(|kept| kept.id != old.id));
    for image in gone {
        remove(&state, &product, image).await?;
        tracing::info!(%product, picture = %image.id, by = %admin.0.id(), "a picture was removed");
    }
    Ok(edit::answer(StatusCode::OK, after.version, after))
}

async fn remove(state: &crate::State, product: &ProductId, image: &Image) -> ApiResult<()> {
    for key in Image::keys(&image.id) {
        state.files.delete(&key).await.map_err(Problem::internal)?;
    }
    Ok(state.products.forget_image(product, &image.id).await?)
}
