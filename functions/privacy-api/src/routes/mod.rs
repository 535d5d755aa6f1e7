pub mod ask_erasure;
pub mod ask_export;
pub mod cancel_erasure;
pub mod fetch_export;
pub mod list_exports;
pub mod show_export;
pub mod unsubscribe;
