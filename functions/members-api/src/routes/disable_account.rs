use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sipstr_domain::UserId;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Body, Office, PathOf, Recent};
use sipstr_storage::audit::SecurityEvent;

use crate::reason::AuditReason;
use crate::who::{account, changed_meanwhile, powerful, reach};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Because {
    pub reason: AuditReason,
}

/// Disables an account: nobody signs in, every session ends, and no token counts where standing is asked for.
///
/// Support disables customers and couriers, administration everybody but themselves. A repeated request answers the same.
#[utoipa::path(
    post, path = "/v1/accounts/{userId}/disable", tag = "Accounts", operation_id = "disableAccount",
    params(("userId" = String, Path)),
    request_body = Because,
    responses(
        (status = 204, description = "disabled, now or before"),
        (status = 400, body = ProblemBody, description = "`invalid_request`"),
        (status = 403, body = ProblemBody, description = "`forbidden`, `own_account`, `step_up_required`"),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody, description = "`account_changed`"),
    ),
    security(("bearer" = []))
)]
pub async fn disable_account(
    Recent(office): Recent<Office>,
    State(state): State<crate::State>,
    PathOf(id): PathOf<UserId>,
    Body(because): Body<Because>,
) -> ApiResult<StatusCode> {
    set_disabled(&state, &office, &id, true, &because.reason).await?;
    state.sessions.end_others(&id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disables an account or enables it, unless it is so already.
pub async fn set_disabled(
    state: &crate::State,
    office: &Office,
    id: &UserId,
    disable: bool,
    reason: &AuditReason,
) -> ApiResult<()> {
    let account = account(&state.accounts, id).await?;
    reach(office, &account)?;
    if account.disabled_at.is_some() == disable {
        return Ok(());
    }
    let (kind, now) =
        (if disable { SecurityEventKind::Disabled } else { SecurityEventKind::Enabled }, state.clock.now());
    let event = SecurityEvent::new(id, kind, now).by(office.0.id(), reason.as_str());
    let with = vec![state.audit.entry(&event)?, state.accounts.still(&powerful(&office.0))];
    match state.accounts.set_disabled(&account, disable.then_some(now), with).await? {
        true => Ok(()),
        false => Err(changed_meanwhile()),
    }
}
