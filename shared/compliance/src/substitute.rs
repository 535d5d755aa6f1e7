//! What a store may bring in place of what it has not.

use sipstr_domain::compliance::Refused;

use crate::kind::Kind;

/// Alcohol for alcohol only, and nothing with alcohol for what has none.
pub fn substitute(wanted: Kind, instead: Kind) -> Result<(), Refused> {
    if wanted.is_alcohol() == instead.is_alcohol() {
        return Ok(());
    }
    let detail = "alcohol is replaced by alcohol, and nothing else is";
    Err(Refused::new("substitute_not_allowed", "store.substitute", detail))
}
