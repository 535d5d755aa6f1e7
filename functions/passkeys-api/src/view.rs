use jiff::Timestamp;
use serde::Serialize;
use sipstr_domain::PasskeyId;
use sipstr_domain::account::PasskeyName;
use sipstr_storage::passkeys::Passkey;

/// A passkey as its owner sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyView {
    pub id: PasskeyId,
    #[schema(example = "Ada's laptop")]
    pub name: PasskeyName,
    /// Whether it is kept with a provider and may be on several devices.
    pub backed_up: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name,
            backed_up: passkey.backed_up,
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
        }
    }
}
