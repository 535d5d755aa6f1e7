use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{ProductDetails, ProductRecord, Slug};
use sipstr_http::idempotency::{fingerprint, key_reused};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, IdempotencyKey, InPerson, edit};
use sipstr_runtime::Clock;
use sipstr_storage::products::{Created, Products, Refusal};

use crate::Editor;
use crate::checking::{checked, refused};

/// Makes a draft. What it lacks is asked for when it is published. Without a slug it gets one of its name; where that is taken,
/// with a mark behind it.
#[utoipa::path(
    post, path = "/v1/catalogue/products", tag = "Catalogue administration", operation_id = "createProduct",
    params(("Idempotency-Key" = String, Header)),
    request_body = ProductDetails,
    responses(
        (status = 201, body = ProductRecord),
        (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`slug_taken`, `gtin_taken`, `variant_taken`, `reference_changed`"),
        (status = 422, body = ProblemBody, description = "`idempotency_key_reused`"),
    ),
    security(("bearer" = []))
)]
pub async fn create_product(
    InPerson(Current(admin)): Editor,
    State(products): State<Products>,
    State(clock): State<Clock>,
    key: IdempotencyKey,
    Body(request): Body<ProductDetails>,
) -> ApiResult<Response> {
    let made = fingerprint(&request);
    let id = ProductId::derive(&["product", admin.0.id().as_str(), key.as_str()]);
    let (details, context) = checked(&products, &id, None, request).await?;
    let named = details.slug.is_some();
    let mut record = ProductRecord::draft(id, details, clock.now());
    if !named {
        record.details.slug = Slug::of(&record.details.name);
    }
    let mut created = products.create(&record, &context, &made).await?;
    if !named && created == Created::Refused(Refusal::SlugTaken) {
        let mark = &record.id.suffix()[..8];
        record.details.slug = record.details.slug.and_then(|slug| slug.told_apart_by(mark));
        created = products.create(&record, &context, &made).await?;
    }
    match created {
        Created::Now => {
            tracing::info!(product = %record.id, by = %admin.0.id(), "a product was made");
            Ok(edit::answer(StatusCode::CREATED, record.version, record))
        }
        Created::Before(record) => Ok(edit::answer(StatusCode::CREATED, record.version, record)),
        Created::KeyReused => Err(key_reused()),
        Created::Refused(refusal) => Err(refused(refusal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipstr_http::body::parse;

    #[test]
    fn the_sample_makes_a_draft_and_nonsense_is_refused() {
        let event = include_str!("../../../../events/aws/products-api.create.json");
        let event: serde_json::Value = serde_json::from_str(event).unwrap();
        let details: ProductDetails = parse(event["body"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(details.name, "Tripel");
        for body in [
            r#"{"name":"x","state":"active"}"#,
            r#"{"name":"x","slug":"Not A Slug"}"#,
            r#"{"name":"x","gtin":"123"}"#,
            r#"{"name":"x","volumeMl":-1}"#,
            r#"{"name":"x","attributes":{"Not a key":1}}"#,
            r#"{"name":"x","translations":{"english":{"name":"x"}}}"#,
            r#"{"name":"x","images":[]}"#,
        ] {
            assert_eq!(parse::<ProductDetails>(body.as_bytes()).unwrap_err().code, "invalid_request", "{body}");
        }
    }
}
