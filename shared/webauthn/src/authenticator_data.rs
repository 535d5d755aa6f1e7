//! What the authenticator says of itself and of its holder (§6.1).

use ciborium::Value;

use crate::{Refusal, RelyingParty};

const MALFORMED: Refusal = Refusal::Malformed("authenticatorData");

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

pub(crate) struct AuthenticatorData {
    rp_id_hash: [u8; 32],
    flags: u8,
    pub sign_count: u32,
    pub attested: Option<Attested>,
}

/// A credential that was just made.
pub(crate) struct Attested {
    pub id: Vec<u8>,
    /// A COSE key (RFC 9052 §7) as the authenticator wrote it.
    pub public_key: Vec<u8>,
}

impl AuthenticatorData {
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut rest = bytes;
        let rp_id_hash = *take::<32>(&mut rest)?;
        let [flags] = *take::<1>(&mut rest)?;
        let sign_count = u32::from_be_bytes(*take::<4>(&mut rest)?);
        let attested = (flags & ATTESTED != 0).then(|| Attested::take(&mut rest)).transpose()?;
        if flags & EXTENSIONS != 0 {
            // Nothing was asked of an extension; what follows must be a map all the same.
            one_value(&mut rest)?.into_map().map_err(|_| MALFORMED)?;
        }
        if !rest.is_empty() {
            return Err(MALFORMED);
        }
        Ok(Self { rp_id_hash, flags, sign_count, attested })
    }

    /// Whether it is for us, and its holder was there and verified: by a PIN, a finger or a face.
    pub fn check(&self, party: &RelyingParty) -> Result<(), Refusal> {
        if self.rp_id_hash != party.id_hash() {
            return Err(Refusal::OtherRelyingParty);
        }
        if !self.has(USER_PRESENT) {
            return Err(Refusal::NotPresent);
        }
        if !self.has(USER_VERIFIED) {
            return Err(Refusal::NotVerified);
        }
        if self.is_backed_up() && !self.may_be_backed_up() {
            return Err(Refusal::Backup);
        }
        Ok(())
    }

    pub fn may_be_backed_up(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    pub fn is_backed_up(&self) -> bool {
        self.has(BACKED_UP)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl Attested {
    /// Longest id that the specification allows (§6.5.1).
    const LONGEST_ID: usize = 1023;

    fn take(rest: &mut &[u8]) -> Result<Self, Refusal> {
        let _aaguid = take::<16>(rest)?;
        let length = usize::from(u16::from_be_bytes(*take::<2>(rest)?));
        if length == 0 || length > Self::LONGEST_ID {
            return Err(MALFORMED);
        }
        let (id, after) = rest.split_at_checked(length).ok_or(MALFORMED)?;
        *rest = after;
        one_value(rest)?;
        let public_key = after[..after.len() - rest.len()].to_vec();
        Ok(Self { id: id.to_vec(), public_key })
    }
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8; N], Refusal> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(MALFORMED)?;
    *rest = after;
    Ok(taken)
}

/// Nesting of a value in CBOR: keys and extensions need two.
const DEPTH: usize = 8;

/// Reads one value off the front.
fn one_value(rest: &mut &[u8]) -> Result<Value, Refusal> {
    ciborium::de::from_reader_with_recursion_limit(rest, DEPTH).map_err(|_| MALFORMED)
}
