//! Each kind, as it is read.

use std::collections::BTreeSet;
use std::path::Path;

use sipstr_domain::account::{PersonName, StoreRole};
use sipstr_domain::delivery::DoorRefusal;
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{Currency, Money};

use super::*;
use crate::{Line, OrderSummary};

const REFUND: Option<Money> = Some(Money::new(3999, Currency::Usd));

fn name(name: &str) -> PersonName {
    name.parse().unwrap()
}

fn order(store: &str, product: &str) -> OrderSummary {
    OrderSummary {
        id: "ord_0198c0de5f3a7b60a1b2c3d4e5f60718".parse().unwrap(),
        store: store.to_owned(),
        lines: vec![Line { quantity: 2, name: product.to_owned() }, Line { quantity: 1, name: "Tonic".to_owned() }],
        total: Money::new(4598, Currency::Usd),
    }
}

/// Every kind, with everything that it may say and with as little as it may say, and what it must mention.
fn every_kind(who: &str, what: &str) -> Vec<(Message, Vec<&'static str>)> {
    use Message::*;
    let customer = || name(who);
    let order = || order(what, what);
    let text = |text: &str| Some(format!("{text} {what}"));
    let id = order().id;
    vec![
        (VerifyEmail { name: name(who), code: "402917".into(), minutes: 15 }, vec!["402917", "15 minutes"]),
        (ResetPassword { name: name(who), code: "402917".into(), minutes: 15 }, vec!["402917", "15 minutes"]),
        (ChangeEmail { name: name(who), code: "402917".into(), minutes: 15 }, vec!["402917", "15 minutes"]),
        (
            SecurityNotice {
                name: name(who),
                happened: SecurityEventKind::RoleRevoked,
                device: Some(what.to_owned()),
                at: "2026-11-23 10:15 UTC".into(),
            },
            vec!["may do less", "2026-11-23 10:15 UTC"],
        ),
        (
            passkey_notice(SecurityEventKind::PasskeyAdded, who, what),
            vec!["A passkey was added", "2026-11-23 10:15 UTC"],
        ),
        (passkey_notice(SecurityEventKind::PasskeyRemoved, who, what), vec!["A passkey was removed"]),
        (passkey_notice(SecurityEventKind::PasskeyCopySuspected, who, what), vec!["a copy of one of your passkeys"]),
        (
            SecurityNotice {
                name: name(who),
                happened: SecurityEventKind::ImpersonationStarted,
                device: None,
                at: "2026-11-23 10:15 UTC".into(),
            },
            vec!["with your eyes"],
        ),
        (
            Invitation {
                store: what.into(),
                role: StoreRole::Manager,
                inviter: name(who),
                token: "c2VjcmV0".into(),
                days: 7,
            },
            vec!["a manager", "c2VjcmV0", "7 days"],
        ),
        (
            CartAbandoned {
                name: name(who),
                store: what.into(),
                unsubscribe: "https://api.sipstr.example/v1/unsubscribe/c2VjcmV0".into(),
            },
            vec!["still in your cart", "https://api.sipstr.example/v1/unsubscribe/c2VjcmV0"],
        ),
        (
            ExportReady {
                name: name(who),
                html: "https://api.sipstr.example/v1/exports/c2VjcmV0?form=html".into(),
                json: "https://api.sipstr.example/v1/exports/c2VjcmV0?form=json".into(),
                until: "2026-12-04".into(),
            },
            vec!["c2VjcmV0", "2026-12-04", "a day"],
        ),
        (
            ErasureRequested { name: name(who), on: "2026-12-11".into(), token: "c2VjcmV0".into() },
            vec!["2026-12-11", "c2VjcmV0"],
        ),
        (
            OrderConfirmed { customer: customer(), order: order() },
            vec!["e5f60718", "2 ×", "Tonic", "45.98 USD", "photo ID"],
        ),
        (OrderPreparing { customer: customer(), order: order(), minutes: Some(20) }, vec!["e5f60718", "20 minutes"]),
        (OrderPreparing { customer: customer(), order: order(), minutes: None }, vec!["e5f60718"]),
        (OrderReady { customer: customer(), order: order() }, vec!["e5f60718"]),
        (OutForDelivery { customer: customer(), order: order() }, vec!["e5f60718", "photo ID"]),
        (Delivered { customer: customer(), order: order() }, vec!["e5f60718", "45.98 USD"]),
        (OrderExpired { customer: customer(), order: order() }, vec!["e5f60718", "Nothing was charged"]),
        (OrderPaymentFailed { customer: customer(), order: order() }, vec!["e5f60718", "Nothing was charged"]),
        (
            OrderCancelled { customer: customer(), order: order(), reason: text("We close early"), refund: REFUND },
            vec!["e5f60718", "We close early", "39.99 USD"],
        ),
        (
            OrderCancelled { customer: customer(), order: order(), reason: None, refund: None },
            vec!["e5f60718", "Nothing was charged"],
        ),
        (
            OrderRefunded { customer: customer(), order: order(), refund: REFUND.unwrap() },
            vec!["e5f60718", "39.99 USD"],
        ),
        (
            OrderReturned { customer: customer(), order: order(), reason: Some(DoorRefusal::Absent), refund: REFUND },
            vec!["e5f60718", "nobody came to the door", "39.99 USD", "tip"],
        ),
        (
            OrderReturned { customer: customer(), order: order(), reason: None, refund: None },
            vec!["e5f60718", "nothing is left to give back"],
        ),
        (StoreNewOrder { order: order() }, vec!["e5f60718", "2 ×", "45.98 USD"]),
        (StoreOrderCancelled { order: order(), reason: text("Changed my mind") }, vec!["e5f60718", "Changed my mind"]),
        (StoreOrderCancelled { order: order(), reason: None }, vec!["e5f60718", "Tonic"]),
        (BackInStock { customer: name(who), product: what.into(), store: what.into() }, vec!["there again"]),
        (StoreLowStock { store: what.into(), product: what.into(), left: 3 }, vec!["Only 3 left"]),
        (StoreLowStock { store: what.into(), product: what.into(), left: 0 }, vec!["None left"]),
        (
            StoreStockExpiring {
                store: what.into(),
                product: what.into(),
                lot: what.into(),
                best_before: "2026-12-05".into(),
                left: 3,
            },
            vec!["3 left", "2026-12-05"],
        ),
        (
            CourierAssigned {
                courier: name(who),
                order: id.clone(),
                pickup_name: what.into(),
                pickup_address: "1 Market St".into(),
            },
            vec!["e5f60718", "1 Market St"],
        ),
        (CourierCancelled { courier: name(who), order: id, pickup_name: what.into() }, vec!["e5f60718", "free"]),
    ]
}

fn passkey_notice(happened: SecurityEventKind, who: &str, device: &str) -> Message {
    let at = "2026-11-23 10:15 UTC".into();
    Message::SecurityNotice { name: name(who), happened, device: Some(device.to_owned()), at }
}

/// Mails about the account itself.
fn is_of_no_store(kind: &str) -> bool {
    let of_accounts =
        ["verify_email", "reset_password", "change_email", "security_notice", "export_ready", "erasure_requested"];
    of_accounts.contains(&kind)
}

#[test]
fn each_kind_says_what_it_must_in_both_texts() {
    for (message, mentions) in every_kind("Ada Lovelace", "Corner Bottles") {
        let rendered = render(&message);
        let kind = message.kind();
        assert!(rendered.text.starts_with("Hello "), "{kind}: {}", rendered.text);
        // What a reader sees of the page.
        let html = rendered.html.replace("&#x2f;", "/");
        for part in [&rendered.text, &html] {
            for mention in mentions.iter().chain(&["Corner Bottles"]) {
                let expected = part.contains(mention) || is_of_no_store(kind) && *mention == "Corner Bottles";
                assert!(expected, "{kind} does not mention {mention}: {part}");
            }
        }
        assert!(!rendered.subject.is_empty() && !rendered.notice.body.is_empty(), "{kind}");
        for part in [&rendered.subject, &rendered.text, &rendered.notice.title, &rendered.notice.body] {
            assert!(!part.contains("none,") && !part.contains("{") && !part.contains("  \n"), "{kind}: {part}");
        }
    }
}

#[test]
fn a_confirmation_reads_like_this() {
    let rendered =
        render(&Message::OrderConfirmed { customer: name("Ada"), order: order("Corner Bottles", "Gin & Co") });
    assert_eq!(rendered.subject, "Your order e5f60718 is confirmed");
    assert_eq!(rendered.notice.body, "Corner Bottles has your order and the payment went through.");
    assert_eq!(
        rendered.text,
        "Hello Ada,\n\n\
         Thank you! Your payment went through, and Corner Bottles has your order e5f60718.\n\n\
         \x20 2 × Gin & Co\n\
         \x20 1 × Tonic\n\
         \x20 Total: 45.98 USD\n\n\
         Please have a valid photo ID at hand: our courier has to see it at the door.\n\n\
         --\n\
         Sipstr. Please drink responsibly."
    );
    assert!(rendered.html.contains("Gin &amp; Co"));
    let mail = rendered.mail("ada@example.com".parse().unwrap());
    assert_eq!((mail.subject, mail.text), (rendered.subject, rendered.text));
}

#[test]
fn markup_in_a_value_stays_text() {
    for (message, _) in every_kind("<script>alert(1)</script>", "<script>alert('2')</script>") {
        let html = render(&message).html;
        assert!(!html.contains("<script"), "{}: {html}", message.kind());
        assert!(html.contains("&lt;script"), "{}: {html}", message.kind());
    }
}

#[test]
fn a_template_in_a_value_is_not_run() {
    let message = Message::StoreLowStock { store: "S".into(), product: "{{ 7 * 6 }}{% include 'x' %}".into(), left: 1 };
    assert!(render(&message).text.contains("{{ 7 * 6 }}{% include 'x' %}"));
}

#[test]
fn a_line_break_in_a_value_starts_no_header() {
    for (message, _) in every_kind("Ada", "Gin\r\nBcc: eve@example.com\u{2028}\u{1b}[31m") {
        let Rendered { subject, notice, .. } = render(&message);
        for line in [subject, notice.title, notice.body] {
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{2028}'), "{}: {line:?}", message.kind());
        }
    }
}

#[test]
fn nothing_is_loaded_from_afar() {
    for (message, _) in every_kind("Ada", "Corner Bottles") {
        // A link that somebody may follow loads nothing.
        let html = render(&message).html.replace("href=\"https:", "");
        assert!(!["<img", "http:", "https:", "url(", "<link"].iter().any(|remote| html.contains(remote)), "{html}");
    }
}

#[test]
fn a_code_is_in_the_mail_and_not_in_the_inbox() {
    let rendered = render(&Message::VerifyEmail { name: name("Ada"), code: "402917".into(), minutes: 15 });
    assert!(rendered.subject.contains("402917"));
    assert!(!rendered.notice.title.contains("402917") && !rendered.notice.body.contains("402917"));
}

#[test]
fn every_file_is_used_and_every_kind_is_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let known: BTreeSet<String> = SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, known);
    let kinds = |names: BTreeSet<String>| -> BTreeSet<String> {
        names.iter().filter_map(|name| name.strip_suffix(".subject")).map(str::to_owned).collect()
    };
    let tested: BTreeSet<String> =
        every_kind("Ada", "Gin").iter().map(|(message, _)| message.kind().to_owned()).collect();
    assert_eq!(tested, kinds(known));
}
