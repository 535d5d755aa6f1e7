use axum::Json;
use axum::extract::State;
use jiff::SignedDuration;
use serde::Deserialize;
use sipstr_domain::StoreId;
use sipstr_domain::permission::Permission;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::sign_on::{DomainName, RoleRule};
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, Body, PathOf, Person, Problem, Recent, StoreStaff};
use sipstr_identity::seal_secret;
use sipstr_runtime::take;
use sipstr_storage::Action;
use sipstr_storage::limits::Limit;
use sipstr_storage::powers::Powerful;
use sipstr_storage::sign_on::SignOn;

use super::show_sign_on::SignOnView;
use crate::ceremony::{SIGN_ON_SECRET, random};

/// Calls to other houses that one store may cause from here.
pub const CHANGES: Limit = Limit { of: "sign-on-changes", burst: 20, per: SignedDuration::from_hours(1) };

const MOST_TEXT: usize = 500;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSignOn {
    /// As the provider writes it, to the letter.
    #[schema(example = "https://login.bottles.example")]
    pub issuer: String,
    pub client_id: String,
    /// May be left out where issuer and client stay what they are.
    #[schema(format = Password)]
    pub client_secret: Option<String>,
    /// Of the addresses that it may vouch for.
    pub domain: DomainName,
    #[schema(example = "groups")]
    pub role_claim: String,
    #[schema(min_items = 1, max_items = 50)]
    pub roles: Vec<RoleRule>,
}

/// Says which OpenID provider signs a store's staff in, and what its claims make of somebody: managers and pickers, never
/// owners.
///
/// The provider is looked at before it is kept. Another domain has to be proved anew: see `record` in the answer.
#[utoipa::path(
    put, path = "/v1/stores/{storeId}/sign-on", tag = "Staff", operation_id = "putSignOn",
    params(("storeId" = String, Path)),
    request_body = NewSignOn,
    responses(
        (status = 200, body = SignOnView),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `step_up_required`"),
        (status = 404, body = ProblemBody, description = "not your store"),
        (status = 409, body = ProblemBody, description = "`sign_on_changed`"),
        (status = 422, body = ProblemBody, description = "`issuer_unusable`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn put_sign_on(
    Recent(staff): Recent<StoreStaff>,
    State(state): State<crate::State>,
    visitor: Visitor,
    PathOf(store): PathOf<StoreId>,
    Body(wish): Body<NewSignOn>,
) -> ApiResult<Json<SignOnView>> {
    staff.may(&store, Permission::ManageSignOn)?;
    let now = state.identity.clock.now();
    check(&state, &wish)?;
    take(&state.identity.limits, CHANGES, store.as_str(), now).await?;
    let old = state.stores.sign_on(&store).await?;
    let sealed_secret = secret(&state, &store, &wish, old.as_ref())?;
    let providers = &state.providers;
    let looked_at = providers.discovery.find(&providers.calls, &wish.issuer, now).await;
    looked_at.map_err(|reason| {
        tracing::info!(cause = %reason, "an issuer is of no use");
        Problem::unprocessable("issuer_unusable", "the issuer does not describe itself as OpenID Connect asks")
    })?;
    let same_domain = old.as_ref().filter(|old| old.domain == wish.domain);
    let sign_on = SignOn {
        store_id: store.clone(),
        version: old.as_ref().map_or(1, |old| old.version + 1),
        issuer: wish.issuer,
        client_id: wish.client_id,
        sealed_secret,
        domain_token: same_domain.map_or_else(random, |old| old.domain_token.clone()),
        domain_proved_at: same_domain.and_then(|old| old.domain_proved_at),
        domain: wish.domain,
        role_claim: wish.role_claim,
        roles: wish.roles,
        changed_at: now,
    };
    let with = recorded(&state, &staff.0, &store, &visitor)?;
    if !state.stores.put_sign_on(&sign_on, old.as_ref(), with).await? {
        return Err(sign_on_changed());
    }
    Ok(Json(sign_on.into()))
}

fn check(state: &crate::State, wish: &NewSignOn) -> ApiResult<()> {
    let url = state.providers.calls.0.check(&wish.issuer);
    let url = url.map_err(|reason| Problem::invalid("/issuer", reason.to_string()))?;
    if url.query().is_some() {
        return Err(Problem::invalid("/issuer", "must be without a query"));
    }
    let short = |text: &str| !text.trim().is_empty() && text.len() <= MOST_TEXT && !text.chars().any(char::is_control);
    let texts = [("/clientId", &wish.client_id), ("/roleClaim", &wish.role_claim), ("/issuer", &wish.issuer)];
    let values = wish.roles.iter().map(|rule| ("/roles", &rule.value));
    for (pointer, text) in
        texts.into_iter().chain(values).chain(wish.client_secret.iter().map(|s| ("/clientSecret", s)))
    {
        if !short(text) {
            return Err(Problem::invalid(pointer, "must be 1 to 500 characters without control characters"));
        }
    }
    if wish.roles.is_empty() || wish.roles.len() > 50 {
        return Err(Problem::invalid("/roles", "must be 1 to 50 rules"));
    }
    Ok(())
}

/// The old secret stays with its issuer and client: nobody has it sent elsewhere by naming another.
fn secret(state: &crate::State, store: &StoreId, wish: &NewSignOn, old: Option<&SignOn>) -> ApiResult<String> {
    if let Some(secret) = &wish.client_secret {
        return Ok(seal_secret(&state.identity.signer, SIGN_ON_SECRET, store.as_str(), secret.as_bytes()));
    }
    let same = old.filter(|old| old.issuer == wish.issuer && old.client_id == wish.client_id);
    let detail = "is needed: issuer or client are not what they were";
    same.map(|old| old.sealed_secret.clone()).ok_or_else(|| Problem::invalid("/clientSecret", detail))
}

/// What goes with a change by an owner: the record of it, and that nobody has taken their power meanwhile.
pub fn recorded(state: &crate::State, owner: &Person, store: &StoreId, visitor: &Visitor) -> ApiResult<Vec<Action>> {
    let mut event = state.identity.event(owner.id(), SecurityEventKind::StaffSignOnChanged, visitor);
    event.reason = Some(format!("of {store}"));
    let powerful = Powerful { user: owner.id().clone(), security_version: owner.claims.sv };
    Ok(vec![state.identity.audit.entry(&event)?, state.identity.accounts.still(&powerful)])
}

pub fn sign_on_changed() -> Problem {
    Problem::conflict("sign_on_changed", "this was changed by somebody else just now: please look again")
}
