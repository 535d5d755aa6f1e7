//! Whether the details of a product agree with what they refer to, and what a refused write means.

use std::collections::BTreeSet;

use futures::future::try_join_all;
use http::StatusCode;
use sipstr_domain::ProductId;
use sipstr_domain::catalog::{AttributeDefinition, Fault, ProductDetails, ProductGroup, ProductRecord, ProductState};
use sipstr_http::problem::FieldError;
use sipstr_http::{ApiResult, Problem, edit};
use sipstr_storage::products::{Context, Products, Refusal};

/// The details as they are kept, with what they were checked by.
pub async fn checked(
    products: &Products,
    own: &ProductId,
    before: Option<&ProductRecord>,
    details: ProductDetails,
) -> ApiResult<(ProductDetails, Context)> {
    let mut details = details.checked().map_err(invalid)?;
    let mut faults = Vec::new();
    let context = Context {
        attributes: attributes(products, &details, &mut faults).await?,
        group: group(products, Some(&details), &mut faults).await?,
        group_before: group(products, before.map(|before| &before.details), &mut Vec::new()).await?,
    };
    if let Some(id) = &details.category_id {
        match products.tree().await?.nodes.get(id) {
            None => faults.push(Fault::new("/categoryId", "there is no such category")),
            Some(node) if details.category.is_some_and(|said| said != node.legal) => {
                faults.push(Fault::new("/categoryId", "the law takes this branch for another category"));
            }
            Some(node) => details.category = Some(node.legal),
        }
    }
    let wanted: BTreeSet<&ProductId> = details.related.iter().map(|related| &related.id).collect();
    if wanted.contains(own) {
        faults.push(Fault::new("/related", "a product is not related to itself"));
    }
    let ids: Vec<ProductId> = wanted.into_iter().cloned().collect();
    if !ids.is_empty() && products.batch_get(&ids).await?.len() < ids.len() {
        faults.push(Fault::new("/related", "names a product that does not exist"));
    }
    faults.extend(of_parts(products, own, &details).await?);
    if faults.is_empty() { Ok((details, context)) } else { Err(invalid(faults)) }
}

/// A kit is made of products that are no kits, and a product of a group is no kit: its variants would differ in nothing.
async fn of_parts(products: &Products, own: &ProductId, details: &ProductDetails) -> ApiResult<Option<Fault>> {
    let ids: Vec<ProductId> = details.parts.iter().map(|part| part.id.clone()).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    if ids.contains(own) {
        return Ok(Some(Fault::new("/parts", "a kit is no part of itself")));
    }
    if details.group_id.is_some() {
        return Ok(Some(Fault::new("/groupId", "a kit is no size or pack of a drink")));
    }
    let found = products.batch_get(&ids).await?;
    if found.len() < ids.len() {
        return Ok(Some(Fault::new("/parts", "names a product that does not exist")));
    }
    let nested = found.iter().any(|record| !record.details.parts.is_empty());
    Ok(nested.then(|| Fault::new("/parts", "names a kit")))
}

async fn attributes(
    products: &Products,
    details: &ProductDetails,
    faults: &mut Vec<Fault>,
) -> ApiResult<Vec<AttributeDefinition>> {
    let definitions =
        try_join_all(details.attributes.keys().map(|key| products.entry::<AttributeDefinition>(key))).await?;
    let mut known: Vec<AttributeDefinition> = Vec::with_capacity(definitions.len());
    for ((key, value), definition) in details.attributes.iter().zip(definitions) {
        let pointer = format!("/attributes/{key}");
        match definition {
            None => faults.push(Fault::new(pointer, "there is no such attribute")),
            Some(definition) => match definition.accepts(value) {
                Ok(()) => known.push(definition),
                Err(invalid) => faults.push(Fault::new(pointer, invalid.0)),
            },
        }
    }
    Ok(known)
}

async fn group(
    products: &Products,
    details: Option<&ProductDetails>,
    faults: &mut Vec<Fault>,
) -> ApiResult<Option<ProductGroup>> {
    let Some(id) = details.and_then(|details| details.group_id.as_ref()) else { return Ok(None) };
    let group = products.entry::<ProductGroup>(id).await?;
    if group.is_none() {
        faults.push(Fault::new("/groupId", "there is no such group"));
    }
    Ok(group)
}

/// What a product that is sold lacks after a change, if it lacks anything.
pub fn sellable(record: &ProductRecord) -> ApiResult<()> {
    if record.state != ProductState::Active {
        return Ok(());
    }
    let problem = || Problem::unprocessable("incomplete", "a product that is sold lacks something");
    record.product().map(drop).map_err(|missing| problem().with_errors(fields(missing)))
}

pub fn invalid(faults: Vec<Fault>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", "the request is not valid").with_errors(fields(faults))
}

fn fields(faults: Vec<Fault>) -> Vec<FieldError> {
    faults.into_iter().map(|fault| FieldError { pointer: fault.pointer, detail: fault.detail.to_owned() }).collect()
}

pub fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Stale => edit::stale(),
        Refusal::SlugTaken => Problem::conflict("slug_taken", "another product has, or had, this slug"),
        Refusal::GtinTaken => Problem::conflict("gtin_taken", "another product has this bar code"),
        Refusal::VariantTaken => Problem::conflict("variant_taken", "another product of the group differs in nothing"),
        Refusal::BrandGone => Problem::invalid("/brandId", "there is no such brand"),
        Refusal::CategoryGone => Problem::invalid("/categoryId", "there is no such category"),
        Refusal::GroupChanged | Refusal::AttributeChanged => {
            Problem::conflict("reference_changed", "its group or an attribute was changed meanwhile: please try again")
        }
    }
}
