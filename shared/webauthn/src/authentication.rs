//! A passkey is used (§7.2).

use serde::{Deserialize, Serialize};

use crate::authenticator_data::AuthenticatorData;
use crate::client_data::ClientData;
use crate::public_key::PublicKey;
use crate::registration::CredentialKind;
use crate::{Base64Url, Descriptor, Refusal, RelyingParty, TIMEOUT_MILLIS, sha256};

/// What `PublicKeyCredential.parseRequestOptionsFromJSON` takes (§5.1.10).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssertionOptions {
    challenge: Base64Url,
    /// Milliseconds.
    timeout: u32,
    rp_id: String,
    /// Empty where nobody has said who they are.
    allow_credentials: Vec<Descriptor>,
    /// Always `required`.
    user_verification: &'static str,
}

/// What `PublicKeyCredential.toJSON` makes of a used credential (§5.1.8). A browser may send more; it is not read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationResponse {
    pub id: Base64Url,
    #[serde(rename = "type")]
    kind: CredentialKind,
    response: AssertionResponse,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: Base64Url,
    authenticator_data: Base64Url,
    signature: Base64Url,
    #[serde(default)]
    user_handle: Option<Base64Url>,
}

/// What was kept of a credential.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub id: &'a [u8],
    pub public_key: &'a [u8],
    pub backup_eligible: bool,
}

/// What a right answer says besides. Whether the counter is sound is for the caller to ask, who keeps the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asserted {
    pub sign_count: u32,
    pub backed_up: bool,
}

impl RelyingParty {
    /// Asks for one of these passkeys, or for any that the browser finds, where there are none.
    pub fn assertion_options(&self, challenge: Base64Url, allow: Vec<Descriptor>) -> AssertionOptions {
        AssertionOptions {
            challenge,
            timeout: TIMEOUT_MILLIS,
            rp_id: self.id.clone(),
            allow_credentials: allow,
            user_verification: "required",
        }
    }

    /// Whether an answer, whose challenge was ours, is of this credential and its verified holder.
    pub fn authenticate(
        &self,
        answer: &AuthenticationResponse,
        known: Known<'_>,
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<Asserted, Refusal> {
        let CredentialKind::PublicKey = answer.kind;
        if answer.id.as_slice() != known.id {
            return Err(Refusal::OtherCredential);
        }
        let AssertionResponse { client_data, authenticator_data, signature, .. } = &answer.response;
        ClientData::parse(client_data.as_slice())?.check("webauthn.get", is_ours)?;
        let data = AuthenticatorData::parse(authenticator_data.as_slice())?;
        data.check(self)?;
        if data.may_be_backed_up() != known.backup_eligible {
            return Err(Refusal::Backup);
        }
        let signed = [authenticator_data.as_slice(), &sha256(client_data.as_slice())].concat();
        PublicKey::parse(known.public_key)?.verify(&signed, signature.as_slice())?;
        Ok(Asserted { sign_count: data.sign_count, backed_up: data.is_backed_up() })
    }
}

impl AuthenticationResponse {
    /// The challenge that it answers.
    pub fn challenge(&self) -> Result<Base64Url, Refusal> {
        Ok(ClientData::parse(self.response.client_data.as_slice())?.challenge)
    }

    /// The id that the relying party gave its person; there wherever the browser found the passkey by itself.
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.response.user_handle.as_ref().map(Base64Url::as_slice)
    }
}
