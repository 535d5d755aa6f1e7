use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sipstr_domain::ExportId;
use sipstr_domain::privacy::Export;
use sipstr_domain::security::SecurityEventKind;
use sipstr_http::problem::ProblemBody;
use sipstr_http::visitor::Visitor;
use sipstr_http::{ApiResult, IdempotencyKey, Person, Problem, Recent};
use sipstr_runtime::take;
use sipstr_storage::audit::SecurityEvent;
use sipstr_storage::limits::Limit;

/// Making one reads everything that there is of a person.
const EXPORTS: Limit = Limit { of: "exports", burst: 3, per: SignedDuration::from_hours(24) };

/// A copy of what is known of a person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportView {
    pub id: ExportId,
    /// Whether it can be fetched now.
    pub ready: bool,
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

impl ExportView {
    pub fn new(export: Export, now: Timestamp) -> Self {
        Self {
            ready: export.can_be_fetched(now),
            id: export.id,
            requested_at: export.requested_at,
            expires_at: export.expires_at,
        }
    }
}

/// Asks for a copy of everything that is known of oneself. It is made in the background; a mail says when it can be fetched.
///
/// At most three a day. The same `Idempotency-Key` asks for the same copy.
#[utoipa::path(
    post, path = "/v1/me/exports", tag = "Privacy", operation_id = "askExport",
    params(("Idempotency-Key" = String, Header)),
    responses(
        (status = 202, body = ExportView),
        (status = 400, body = ProblemBody, description = "`idempotency_key_missing`"),
        (status = 403, body = ProblemBody, description = "`step_up_required`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`; see Retry-After"),
    ),
    security(("bearer" = []))
)]
pub async fn ask_export(
    Recent(person): Recent<Person>,
    State(state): State<crate::State>,
    visitor: Visitor,
    key: IdempotencyKey,
) -> ApiResult<(StatusCode, Json<ExportView>)> {
    let now = state.clock.now();
    let export = Export::new(ExportId::derive(&[person.id().as_str(), key.as_str()]), person.id().clone(), now);
    let made = state.accounts.export(person.id(), &export.id).await?;
    let export = match made {
        Some(made) => made,
        None => {
            take(&state.limits, EXPORTS, person.id().as_str(), now).await?;
            let mut event = SecurityEvent::new(person.id(), SecurityEventKind::ExportRequested, now);
            (event.device, event.network) = (Some(visitor.device.clone()), visitor.network.clone());
            if state.accounts.ask_export(&export, state.audit.entry(&event)?).await? {
                export
            } else {
                // The same request, at the same time.
                state.accounts.export(person.id(), &export.id).await?.ok_or_else(Problem::not_found)?
            }
        }
    };
    Ok((StatusCode::ACCEPTED, Json(ExportView::new(export, now))))
}
