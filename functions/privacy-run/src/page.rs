//! A document as a page that people read: no script, no reference to anywhere.

use std::fmt::Write;

use serde_json::Value;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1917}\
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #d6d3d1}dl{margin:.25rem 0 .75rem}\
dt{font-weight:600}dd{margin:0 0 .25rem 1.25rem}li{margin-bottom:.5rem}";

/// The whole document, section by section.
pub fn of(document: &Value) -> String {
    let made = document["madeAt"].as_str().unwrap_or_default();
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>What Sipstr knows of you</title><style>{STYLE}</style></head><body><main>\
         <h1>What Sipstr knows of you</h1><p>Made on {}. Amounts are in the smallest unit of their currency.</p>",
        escaped(made)
    );
    for (name, section) in document.as_object().into_iter().flatten().filter(|(name, _)| *name != "madeAt") {
        let _ = write!(page, "<h2>{}</h2>", escaped(&in_words(name)));
        value(&mut page, section);
    }
    page.push_str("</main></body></html>");
    page
}

fn value(page: &mut String, of: &Value) {
    match of {
        Value::Object(fields) => {
            page.push_str("<dl>");
            for (name, field) in fields {
                let _ = write!(page, "<dt>{}</dt><dd>", escaped(&in_words(name)));
                value(page, field);
                page.push_str("</dd>");
            }
            page.push_str("</dl>");
        }
        Value::Array(items) if items.is_empty() => page.push_str("none"),
        Value::Array(items) if items.len() == 1 => value(page, &items[0]),
        Value::Array(items) => {
            page.push_str("<ul>");
            for item in items {
                page.push_str("<li>");
                value(page, item);
                page.push_str("</li>");
            }
            page.push_str("</ul>");
        }
        Value::String(text) => page.push_str(&escaped(text)),
        Value::Bool(yes) => page.push_str(if *yes { "yes" } else { "no" }),
        Value::Null => page.push_str("none"),
        Value::Number(number) => {
            let _ = write!(page, "{number}");
        }
    }
}

/// `securityEvents` → `Security events`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_uppercase() || letter.is_ascii_digit() {
            words.push(' ');
        }
        if place == 0 { words.extend(letter.to_uppercase()) } else { words.extend(letter.to_lowercase()) }
    }
    words
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_with_markup_is_a_name() {
        let page = of(&json!({"madeAt": "now", "account": [{"name": "<script>alert(1)</script> & co"}]}));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; co"), "{page}");
        assert!(page.contains("<h2>Account</h2>") && page.contains("<dt>Name</dt>"));
    }

    #[test]
    fn names_of_fields_become_words() {
        assert_eq!(in_words("securityEvents"), "Security events");
        assert_eq!(in_words("line1"), "Line 1");
    }
}
