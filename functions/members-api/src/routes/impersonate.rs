use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{OrderId, UserId};
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, PathOf, Problem, Recent, SupportAgent};
use sipstr_identity::AccessToken;
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::powers::Powerful;

use crate::reason::AuditReason;
use crate::who::{account, changed_meanwhile, not_oneself, powerful};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Impersonation {
    pub reason: AuditReason,
    /// What the person asked about.
    pub order_id: Option<OrderId>,
}

/// Lets a member of support see what a customer sees, for a quarter of an hour.
///
/// The token says who acts (`act`), is a customer's at most and cannot be refreshed. Nothing is ordered, paid, cancelled or
/// changed about credentials with it: 403 `not_while_acting`. The person is told. Never for accounts that reach other people's
/// things, that are disabled, or one's own.
#[utoipa::path(
    post, path = "/v1/accounts/{userId}/impersonation", tag = "Accounts", operation_id = "impersonate",
    params(("userId" = String, Path)),
    request_body = Impersonation,
    responses(
        (status = 200, body = AccessToken),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `own_account`, `step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_disabled`, `account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn impersonate(
    Recent(SupportAgent(agent)): Recent<SupportAgent>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<UserId>,
    Body(wish): Body<Impersonation>,
) -> ApiResult<Json<AccessToken>> {
    not_oneself(&agent, &id)?;
    let account = account(&state.accounts, &id).await?;
    if account.roles.iter().any(|role| role.is_privileged()) {
        return Err(Problem::forbidden());
    }
    if account.disabled_at.is_some() {
        return Err(Problem::conflict("account_disabled", "this account is disabled"));
    }
    let now = state.clock.now();
    let event = SecurityEvent::new(&id, SecurityEventKind::ImpersonationStarted, now);
    let event = state.audit.entry(&event.by(agent.id(), &wish.words()))?;
    // The record comes first: no token without it, and none where either of the two was disabled or lost power meanwhile.
    let still = [Powerful::of(&account), powerful(&agent)].map(|person| state.accounts.still(&person));
    if !state.accounts.commit([event].into_iter().chain(still).collect()).await? {
        return Err(changed_meanwhile());
    }
    sipstr_runtime::count("impersonations", 1);
    tracing::info!(userId = %id, agent = %agent.id(), "support acts for a person");
    Ok(Json(state.issuer.acting(&account, agent.id(), now)?))
}

impl Impersonation {
    fn words(&self) -> String {
        match &self.order_id {
            Some(order) => format!("{} ({order})", self.reason.as_str()),
            None => self.reason.as_str().to_owned(),
        }
    }
}
