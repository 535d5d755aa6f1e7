//! What people are told: [`render`] turns a [`Message`] into a mail and a short in-app notice, a [`MailSender`] sends it.
//!
//! Plain English, no remote images, no tracking. A message carries nobody's address, and values are escaped where they
//! stand in HTML.

#[cfg(any(test, feature = "fake"))]
pub mod fake;
mod mail;
mod message;
mod render;

pub use mail::{Mail, MailSender, SendError, Sending, SesSender};
pub use message::{Line, Message, OrderSummary};
pub use render::{Notice, Rendered, render, short};
