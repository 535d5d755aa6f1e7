//! Whose a domain is: its owner puts a text into its names, and a resolver that the settings name is asked for it.
//!
//! The question goes to that resolver and nowhere else, so that no domain leads us anywhere.

use serde::Deserialize;
use sipstr_domain::sign_on::DomainName;

use crate::provider::{Calls, NotVouched, json, send};

/// The type of a text record (RFC 1035 §3.2.2).
const TXT: u16 = 16;

pub fn record_name(domain: &DomainName) -> String {
    format!("_sipstr.{}", domain.as_str())
}

pub fn record_text(token: &str) -> String {
    format!("sipstr-verification={token}")
}

/// An answer as DNS over HTTPS has it in JSON.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    answer: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    name: String,
    #[serde(rename = "type")]
    kind: u16,
    data: String,
}

/// Whether the names of the domain have the text.
pub async fn is_proved(calls: &Calls, resolver: &str, domain: &DomainName, token: &str) -> Result<bool, NotVouched> {
    let name = record_name(domain);
    let request = calls.0.get(resolver)?.query(&[("name", name.as_str()), ("type", "TXT")]);
    let answer: Answer = json(send(request).await?).await?;
    let wanted = record_text(token);
    let ours = |record: &Record| record.name.trim_end_matches('.').eq_ignore_ascii_case(&name) && record.kind == TXT;
    Ok(answer.answer.iter().filter(|record| ours(record)).any(|record| text(&record.data) == wanted))
}

/// A text may come in quotes, and in several parts of 255 bytes each.
fn text(data: &str) -> String {
    data.split("\" \"").collect::<String>().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as object;
    use sipstr_outside::Reach;
    use wiremock::matchers::{path, query_param};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    async fn proved(answer: serde_json::Value) -> bool {
        let server = MockServer::start().await;
        let asked = Mock::given(path("/resolve")).and(query_param("name", "_sipstr.bottles.example"));
        let asked = asked.and(query_param("type", "TXT"));
        asked.respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(&server).await;
        let (calls, domain) = (Calls::new(Reach::PublicAndLoopback), "bottles.example".parse().unwrap());
        is_proved(&calls, &format!("{}/resolve", server.uri()), &domain, "t0k").await.unwrap()
    }

    #[tokio::test]
    async fn a_domain_is_whose_text_its_names_have() {
        let record = |name: &str, kind: u16, data: &str| object!({"Status": 0, "Answer": [{"name": name, "type": kind, "TTL": 60, "data": data}]});
        let name = "_sipstr.bottles.example";
        assert!(proved(record(name, 16, "\"sipstr-verification=t0k\"")).await);
        assert!(proved(record("_SIPSTR.bottles.example.", 16, "sipstr-verification=t0k")).await);
        assert!(proved(record(name, 16, "\"sipstr-verif\" \"ication=t0k\"")).await);
        assert!(!proved(record(name, 16, "\"sipstr-verification=other\"")).await);
        assert!(!proved(record(name, 16, "\"x sipstr-verification=t0k\"")).await);
        assert!(!proved(record("evil.example", 16, "sipstr-verification=t0k")).await);
        assert!(!proved(record(name, 5, "sipstr-verification=t0k")).await);
        assert!(!proved(object!({"Status": 3})).await);
    }
}
