//! From a message to its texts.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use sipstr_domain::OrderId;
use sipstr_domain::account::Email;

use crate::{Mail, Message};

/// A message, ready to be sent and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
    pub notice: Notice,
    /// Where one stops mails of this kind.
    pub unsubscribe: Option<String>,
}

/// The short form for the in-app inbox: plain text, not HTML, each part one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub title: String,
    pub body: String,
}

impl Rendered {
    pub fn mail(&self, to: Email) -> Mail {
        Mail {
            to,
            subject: self.subject.clone(),
            html: self.html.clone(),
            text: self.text.clone(),
            unsubscribe: self.unsubscribe.clone(),
        }
    }
}

/// Renders a message. Cannot fail: templates and data are compiled in, and a test renders every kind with and without its
/// optional parts.
pub fn render(message: &Message) -> Rendered {
    let kind = message.kind();
    let data = Value::from(Serde(message));
    let part = |extension: &str| {
        let template = TEMPLATES.get_template(&format!("{kind}.{extension}"));
        template.and_then(|template| template.render(data.clone())).expect("each kind has templates for its own fields")
    };
    let subject = one_line(&part("subject"));
    // A code is a secret, and the inbox is not where it is entered.
    let title = if matches!(message, Message::VerifyEmail { .. }) {
        "Confirm your e-mail address".to_owned()
    } else {
        subject.clone()
    };
    let notice = Notice { title, body: one_line(&part("notice")) };
    let unsubscribe = message.unsubscribe().map(str::to_owned);
    Rendered { subject, text: part("txt"), html: part("html"), notice, unsubscribe }
}

/// How people name an order to each other: the last eight characters of its id, the random ones.
pub fn short(order: &OrderId) -> &str {
    last_eight(order.as_str())
}

fn last_eight(id: &str) -> &str {
    &id[id.len().saturating_sub(8)..]
}

/// A header is one line: a break in a product's name would start another header.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

macro_rules! templates {
    (kinds: $($kind:literal)+; shared: $($shared:literal)+) => {
        const SOURCES: &[(&str, &str)] = &[
            $(
                (concat!($kind, ".subject"), include_str!(concat!("../templates/", $kind, ".subject"))),
                (concat!($kind, ".notice"), include_str!(concat!("../templates/", $kind, ".notice"))),
                (concat!($kind, ".txt"), include_str!(concat!("../templates/", $kind, ".txt"))),
                (concat!($kind, ".html"), include_str!(concat!("../templates/", $kind, ".html"))),
            )+
            $(($shared, include_str!(concat!("../templates/", $shared))),)+
        ];
    };
}

templates! {
    kinds:
        "verify_email" "reset_password" "change_email" "security_notice" "invitation" "export_ready" "erasure_requested"
        "cart_abandoned"
        "order_confirmed" "order_preparing" "order_ready" "out_for_delivery" "delivered"
        "order_expired" "order_payment_failed" "order_cancelled" "order_refunded" "order_returned"
        "store_new_order" "store_order_cancelled" "store_low_stock" "store_stock_expiring" "back_in_stock"
        "courier_assigned" "courier_cancelled";
    shared: "layout.html" "layout.txt" "order.html" "order.txt"
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // A tag that stands alone on its line leaves no line behind.
    environment
        .set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("sound syntax"));
    environment.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "html")) => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.add_filter("short", |id: &str| last_eight(id).to_owned());
    for (name, source) in SOURCES {
        environment.add_template(name, source).expect("a test parses every template");
    }
    environment
});

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
