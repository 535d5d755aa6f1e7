pub mod add_address;
pub mod change_address;
pub mod list_addresses;
pub mod login;
pub mod logout;
pub mod me;
pub mod metadata;
pub mod refresh;
pub mod register;
pub mod remove_address;
pub mod resend_code;
pub mod verify_email;

use serde::{Deserialize, Deserializer};
use sipstr_domain::account::Invalid;

/// Tells a field that is `null`, which removes (`Some(None)`), from one that is absent, which stays (`None`): RFC 7396.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A line of text as people write it: trimmed, of a bounded length, without control characters.
fn line(text: &str, most: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Invalid("is empty, too long, or has control characters"));
    }
    Ok(text.to_owned())
}
