use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sipstr_checkout::{Obstacle, PromotionTold, Request, quote};
use sipstr_domain::StoreId;
use sipstr_domain::cart::{CartLine, MAX_LINES, MAX_QUANTITY};
use sipstr_domain::promotion::{Ask, Entry, Standing};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Current, InPerson, Problem};
use sipstr_pricing::PriceView;
use sipstr_storage::checkout::Question;

use crate::view::NewPromotion;
use crate::who::AtWork;

/// A basket to try a promotion on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DryRun {
    pub promotion: NewPromotion,
    pub store_id: StoreId,
    #[schema(min_items = 1, max_items = 96)]
    pub lines: Vec<CartLine>,
    /// When; absent, as soon as the promotion holds.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Whether the customer has bought before.
    #[serde(default)]
    pub has_bought: bool,
}

/// What the basket would cost.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DryRunResult {
    #[serde(flatten)]
    pub price: PriceView,
    /// This promotion and the automatic ones: what each takes off, or why it does not.
    pub promotions: Vec<PromotionTold>,
    /// Lines that the store does not sell or has no more of.
    pub obstacles: Vec<Obstacle>,
}

/// Prices a basket as it would be with a promotion that does not hold yet, for a customer who is in all of its groups and has
/// not used it. Nothing is written.
#[utoipa::path(
    post, path = "/v1/promotions/dry-run", tag = "Promotions", operation_id = "dryRunPromotion",
    request_body = DryRun,
    responses((status = 200, body = DryRunResult), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn dry_run(
    InPerson(Current(merchant)): AtWork,
    State(state): State<crate::State>,
    Body(request): Body<DryRun>,
) -> ApiResult<Json<DryRunResult>> {
    merchant.may(Some(&request.store_id))?;
    let mut named = std::collections::BTreeSet::new();
    let sound =
        |line: &CartLine| (1..=MAX_QUANTITY).contains(&line.quantity) && named.insert(line.product_id.to_string());
    if request.lines.is_empty() || request.lines.len() > MAX_LINES || !request.lines.iter().all(sound) {
        let detail = format!("must be 1 to {MAX_LINES} different products, 1 to {MAX_QUANTITY} of each");
        return Err(Problem::invalid("/lines", detail));
    }
    let draft = request.promotion.promotion()?;
    // Of a campaign the customer has one of its codes.
    let unique = matches!(draft.entry, Entry::Campaign { .. }).then(|| draft.code.clone());
    let asks = [Ask { promotion: draft.code.clone(), unique }];
    let question = Question {
        customer: merchant.0.id(),
        store: &request.store_id,
        address: None,
        lines: &request.lines,
        asks: &[],
        automatic: true,
        credit: false,
        order: None,
        now: state.clock.now(),
    };
    let mut facts = state.checkout.read(&question).await?;
    facts.has_bought = request.has_bought;
    facts.standings.insert(draft.code.clone(), Standing { in_group: true, ..Standing::default() });
    let now = request.at.unwrap_or_else(|| state.clock.now().max(draft.starts_at));
    facts.promotions.insert(draft.code.clone(), draft);
    let wanted = Request {
        store: &request.store_id,
        lines: &request.lines,
        typed: None,
        asks: &asks,
        tip: 0,
        use_credit: false,
        now,
        clock: state.local_clock,
    };
    let quote = quote(&wanted, &facts).ok_or_else(Problem::not_found)?;
    Ok(Json(DryRunResult {
        price: PriceView::of(quote.price, quote.on),
        promotions: quote.told,
        // Of the rest, a customer's account and address, nobody is asked here.
        obstacles: quote.obstacles.into_iter().filter(|obstacle| obstacle.product_id.is_some()).collect(),
    }))
}
