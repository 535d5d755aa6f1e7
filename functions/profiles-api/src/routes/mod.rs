pub mod add_address;
pub mod change_address;
pub mod check_age;
pub mod choose_address;
pub mod list_addresses;
pub mod list_watches;
pub mod remove_address;
pub mod remove_avatar;
pub mod send_avatar;
pub mod show_age;
pub mod show_avatar;
pub mod unwatch;
pub mod watch;

use serde::{Deserialize, Deserializer};

/// Tells a field that is `null`, which removes (`Some(None)`), from one that is absent, which stays (`None`): RFC 7396.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
