use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::LinkId;
use sipstr_domain::account::Email;
use sipstr_http::problem::ProblemBody;
use sipstr_http::{ApiResult, Current, Person, Problem};
use sipstr_storage::accounts::Accounts;
use sipstr_storage::federation::Link;

/// An identity provider that lets somebody in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    pub id: LinkId,
    /// `google`, `apple`, `facebook`, or the id of the store whose provider it is.
    #[schema(example = "google")]
    pub provider: String,
    /// The address that the provider knew then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Email)]
    pub email: Option<Email>,
    #[schema(value_type = String, format = DateTime)]
    pub linked_at: Timestamp,
}

impl From<Link> for LinkView {
    fn from(link: Link) -> Self {
        Self { id: link.id, provider: link.provider, email: link.email, linked_at: link.linked_at }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkList {
    pub items: Vec<LinkView>,
}

/// The identity providers that are linked to one's account, oldest first.
#[utoipa::path(
    get, path = "/v1/me/links", tag = "Account", operation_id = "listLinks",
    responses((status = 200, body = LinkList), (status = 401, body = ProblemBody)),
    security(("bearer" = []))
)]
pub async fn list_links(
    Current(person): Current<Person>,
    State(accounts): State<Accounts>,
) -> ApiResult<Json<LinkList>> {
    let account = accounts.get(person.id()).await?.ok_or_else(Problem::unauthenticated)?;
    let links = accounts.links(&account).await?;
    Ok(Json(LinkList { items: links.into_iter().map(LinkView::from).collect() }))
}
