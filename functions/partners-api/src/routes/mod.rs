pub mod edit_webhook;
pub mod look;
pub mod messages;
pub mod ping;
pub mod rotate_secret;
pub mod subscribe;
