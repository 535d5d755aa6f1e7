use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use sipstr_domain::catalog::{Listing, Product};
use sipstr_domain::permission::Permission;
use sipstr_domain::terms::{Amendment, Terms};
use sipstr_domain::{Money, ProductId, StoreId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, PathOf, Problem, StoreStaff, edit};
use sipstr_storage::catalog::Listed;

use crate::view::{ListingTerms, ListingView};

/// Takes a product into the assortment (`If-None-Match: *`), or says anew what is asked for it (`If-Match` with the version
/// that was read).
///
/// A changed price counts from now on: an order at the price of an older quote is refused as `price_changed`.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/assortment/{productId}", tag = "Assortment", operation_id = "putListing",
    params(
        ("storeId" = String, Path), ("productId" = String, Path),
        ("If-Match" = Option<String>, Header), ("If-None-Match" = Option<String>, Header),
    ),
    request_body = ListingTerms,
    responses(
        (status = 200, body = ListingView),
        (status = 201, body = ListingView, description = "it is in the assortment now"),
        (status = 400, body = ProblemBody, description = "`invalid_request`: a price, a currency, schedules that overlap"),
        (status = 403, body = ProblemBody, description = "`forbidden`: pickers may not"),
        (status = 404, body = ProblemBody, description = "not your store, or no such product"),
        (status = 409, body = ProblemBody, description = "`not_active`: the product is not sold at present; `parts_not_offered`: a kit of what the store does not offer"),
        (status = 412, body = ProblemBody, description = "`stale`, or it is in the assortment already"),
        (status = 428, body = ProblemBody, description = "`version_missing`"),
    ),
    security(("bearer" = []))
)]
pub async fn put_listing(
    Current(staff): Current<StoreStaff>,
    State(state): State<crate::State>,
    PathOf((store, product)): PathOf<(StoreId, ProductId)>,
    headers: HeaderMap,
    Body(terms): Body<ListingTerms>,
) -> ApiResult<Response> {
    staff.may(&store, Permission::ManagePrices)?;
    let of_store = state.stores.get(&store).await?.ok_or_else(Problem::not_found)?;
    let amendment = terms.parsed(&of_store, state.clock.now())?;
    let currency = of_store.currency;
    if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value == "*") {
        let listing = add(&state, (store, product), amendment, currency, staff.0.id()).await?;
        return Ok(answer(&state, StatusCode::CREATED, listing));
    }
    let before = state.catalog.get_now(&store, &product).await?.ok_or_else(Problem::not_found)?;
    edit::matched(&headers, before.terms.version)?;
    if amendment.offered {
        parts_offered(&state, &store, &before.product).await?;
    }
    let (mut after, now) = (before.clone(), state.clock.now());
    let changes = after.amend(amendment, staff.0.id(), now);
    let Some(after) = state.catalog.change(&before, after, &changes, now).await? else {
        return Err(edit::stale());
    };
    Ok(answer(&state, StatusCode::OK, after))
}

async fn add(
    state: &crate::State,
    (store_id, product): (StoreId, ProductId),
    amendment: Amendment,
    currency: sipstr_domain::Currency,
    actor: &UserId,
) -> ApiResult<Listing> {
    let record = state.products.get(&product).await?.ok_or_else(Problem::not_found)?;
    let product = record.sold();
    let product = product.ok_or_else(|| Problem::conflict("not_active", "this product is not sold at present"))?;
    if amendment.offered {
        parts_offered(state, &store_id, &product).await?;
    }
    let (price, now) = (Money::new(amendment.amount, currency), state.clock.now());
    let terms = Terms {
        version: 1,
        offered: amendment.offered,
        schedules: amendment.schedules,
        settled_at: Some(now),
        reduction: None,
    };
    let listing = Listing { store_id, product, price, terms, withdrawn: false };
    let first = listing.set_by(actor, now);
    match state.catalog.add(&listing, &[first], Some(state.products.unchanged(&record))).await? {
        Listed::Yes => Ok(listing),
        Listed::Before => {
            Err(Problem::new(StatusCode::PRECONDITION_FAILED, "stale", "it is in the assortment already"))
        }
        Listed::Stale => Err(Problem::conflict("not_active", "the product was changed just now; try again")),
    }
}

/// A kit is offered where all of its parts are. One that loses a part later is not sold until the part is back.
async fn parts_offered(state: &crate::State, store: &StoreId, product: &Product) -> ApiResult<()> {
    let parts: Vec<ProductId> = product.catalogued.parts.iter().map(|part| part.id.clone()).collect();
    let offered = state.catalog.get_many(store, &parts).await?.len();
    if offered < parts.len() {
        return Err(Problem::conflict("parts_not_offered", "the store does not offer all that this kit is made of"));
    }
    Ok(())
}

fn answer(state: &crate::State, status: StatusCode, listing: Listing) -> Response {
    edit::answer(status, listing.terms.version, ListingView::of(listing, state.clock.now()))
}
