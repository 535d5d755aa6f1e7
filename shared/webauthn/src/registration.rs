//! A passkey is made (§7.1).

use ciborium::Value;
use serde::{Deserialize, Serialize};

use crate::authenticator_data::AuthenticatorData;
use crate::client_data::ClientData;
use crate::public_key::{KINDS, KeyKind, PublicKey};
use crate::{Base64Url, Descriptor, Refusal, RelyingParty, TIMEOUT_MILLIS};

/// What `PublicKeyCredential.parseCreationOptionsFromJSON` takes (§5.1.9).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttestationOptions {
    rp: RelyingPartyEntity,
    user: UserEntity,
    challenge: Base64Url,
    pub_key_cred_params: [KeyKind; 3],
    /// Milliseconds.
    timeout: u32,
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: Selection,
    /// Always `none`.
    attestation: &'static str,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RelyingPartyEntity {
    id: String,
    name: String,
}

/// Whose passkey it will be. The id comes back with every sign-in, and is nothing that says who somebody is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserEntity {
    pub id: Base64Url,
    pub name: String,
    pub display_name: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Selection {
    /// Always `required`: a passkey is found without a name.
    resident_key: &'static str,
    require_resident_key: bool,
    /// Always `required`: two factors in one.
    user_verification: &'static str,
}

/// What `PublicKeyCredential.toJSON` makes of a new credential (§5.1.8). A browser may send more; it is not read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResponse {
    pub id: Base64Url,
    #[serde(rename = "type")]
    kind: CredentialKind,
    response: AttestationResponse,
}

#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
pub(crate) enum CredentialKind {
    #[serde(rename = "public-key")]
    PublicKey,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: Base64Url,
    #[serde(rename = "attestationObject")]
    attestation_object: Base64Url,
    #[serde(default)]
    transports: Vec<String>,
}

/// What is worth keeping of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredential {
    pub id: Base64Url,
    /// A COSE key.
    pub public_key: Base64Url,
    pub sign_count: u32,
    pub transports: Vec<String>,
    pub backup_eligible: bool,
    pub backed_up: bool,
}

/// Ways to reach an authenticator that are handed back to browsers (§5.8.4); what else they say is not kept.
const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

impl RelyingParty {
    /// Asks for a passkey that is found without a name and verifies its holder; `exclude` are those that the person has.
    pub fn attestation_options(
        &self,
        user: UserEntity,
        challenge: Base64Url,
        exclude: Vec<Descriptor>,
    ) -> AttestationOptions {
        AttestationOptions {
            rp: RelyingPartyEntity { id: self.id.clone(), name: self.name.clone() },
            user,
            challenge,
            pub_key_cred_params: KINDS,
            timeout: TIMEOUT_MILLIS,
            exclude_credentials: exclude,
            authenticator_selection: Selection {
                resident_key: "required",
                require_resident_key: true,
                user_verification: "required",
            },
            attestation: "none",
        }
    }

    /// The credential of an answer whose challenge was ours.
    pub fn register(
        &self,
        answer: &RegistrationResponse,
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<NewCredential, Refusal> {
        let CredentialKind::PublicKey = answer.kind;
        ClientData::parse(answer.response.client_data.as_slice())?.check("webauthn.create", is_ours)?;
        let data = authenticator_data_of(answer.response.attestation_object.as_slice())?;
        data.check(self)?;
        let attested = data.attested.as_ref().ok_or(Refusal::Malformed("authenticatorData"))?;
        PublicKey::parse(&attested.public_key)?;
        if attested.id != answer.id.0 {
            return Err(Refusal::OtherCredential);
        }
        let said = answer.response.transports.iter();
        Ok(NewCredential {
            id: Base64Url(attested.id.clone()),
            public_key: Base64Url(attested.public_key.clone()),
            sign_count: data.sign_count,
            transports: TRANSPORTS
                .into_iter()
                .filter(|one| said.clone().any(|t| t == one))
                .map(str::to_owned)
                .collect(),
            backup_eligible: data.may_be_backed_up(),
            backed_up: data.is_backed_up(),
        })
    }
}

impl RegistrationResponse {
    /// The challenge that it answers.
    pub fn challenge(&self) -> Result<Base64Url, Refusal> {
        Ok(ClientData::parse(self.response.client_data.as_slice())?.challenge)
    }
}

/// Nesting of an attestation object: certificates in a list in a statement in the object.
const DEPTH: usize = 8;

fn authenticator_data_of(object: &[u8]) -> Result<AuthenticatorData, Refusal> {
    const MALFORMED: Refusal = Refusal::Malformed("attestationObject");
    let mut rest = object;
    let value: Value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEPTH).map_err(|_| MALFORMED)?;
    let Value::Map(entries) = value else { return Err(MALFORMED) };
    let mut data = entries.iter().filter(|(name, _)| name.as_text() == Some("authData")).map(|(_, value)| value);
    let (Some(Value::Bytes(bytes)), None, true) = (data.next(), data.next(), rest.is_empty()) else {
        return Err(MALFORMED);
    };
    AuthenticatorData::parse(bytes)
}
