use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::SessionId;
use sipstr_domain::security::Method;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, Person};
use sipstr_identity::Identity;
use sipstr_storage::sessions::Session;

/// Where somebody is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub id: SessionId,
    /// The one that asks.
    pub current: bool,
    #[schema(example = "Chrome on Linux")]
    pub device: String,
    /// A part of the network address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.0/24")]
    pub network: Option<String>,
    pub methods: Vec<Method>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last refreshed.
    #[schema(value_type = String, format = DateTime)]
    pub last_used_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionList {
    pub items: Vec<SessionView>,
}

/// Where one is signed in, oldest first.
#[utoipa::path(
    get, path = "/v1/me/sessions", tag = "Account", operation_id = "listSessions",
    responses((status = 200, body = SessionList), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_sessions(
    Current(person): Current<Person>,
    State(identity): State<Identity>,
) -> ApiResult<Json<SessionList>> {
    let now = identity.clock.now();
    let sessions = identity.sessions.of_user(person.id()).await?.into_iter();
    let living = sessions.filter(|session| now < session.expires_at && session.security_version == person.claims.sv);
    Ok(Json(SessionList { items: living.map(|session| view(session, &person.claims.sid)).collect() }))
}

fn view(session: Session, current: &str) -> SessionView {
    SessionView {
        current: session.id.as_str() == current,
        last_used_at: session.rotation.as_ref().map_or(session.created_at, |rotation| rotation.at),
        id: session.id,
        device: session.device,
        network: session.network,
        methods: session.methods,
        created_at: session.created_at,
        expires_at: session.expires_at,
    }
}
