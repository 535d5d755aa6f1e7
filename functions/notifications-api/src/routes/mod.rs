pub mod list_notifications;
pub mod mark_read;
