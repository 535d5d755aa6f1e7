//! What goes over the wire to SES, and what its answers mean.

use aws_sdk_sesv2::config::{BehaviorVersion, Credentials, Region};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::fake::Outbox;

const ADDRESS: &str = "ada.canary@example.com";

fn mail() -> Mail {
    Mail {
        to: ADDRESS.parse().unwrap(),
        subject: "Grüße".into(),
        html: "<p>Cheers</p>".into(),
        text: "Cheers".into(),
        unsubscribe: None,
    }
}

async fn ses(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v2/email/outbound-emails")).respond_with(answer).mount(&server).await;
    server
}

fn sender(address: String) -> SesSender {
    let config = aws_sdk_sesv2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(aws_sdk_sesv2::config::retry::RetryConfig::disabled())
        .endpoint_url(address)
        .build();
    SesSender::new(Client::from_conf(config), &"orders@sipstr.example".parse().unwrap())
}

async fn refused(status: u16, code: &str) -> SendError {
    let body = json!({ "message": format!("Email address {ADDRESS} is not good enough.") });
    let answer = ResponseTemplate::new(status).insert_header("x-amzn-ErrorType", code).set_body_json(body);
    let server = ses(answer).await;
    sender(server.uri()).send(&mail()).await.unwrap_err()
}

#[tokio::test]
async fn a_mail_leaves_with_both_its_texts() {
    let server = ses(ResponseTemplate::new(200).set_body_json(json!({"MessageId": "1"}))).await;
    sender(server.uri()).send(&mail()).await.unwrap();
    let sent: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    assert_eq!(
        sent,
        json!({
            "FromEmailAddress": "Sipstr <orders@sipstr.example>",
            "Destination": {"ToAddresses": [ADDRESS]},
            "Content": {"Simple": {
                "Subject": {"Data": "Grüße", "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": "Cheers", "Charset": "UTF-8"},
                    "Html": {"Data": "<p>Cheers</p>", "Charset": "UTF-8"},
                },
            }},
        })
    );
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again_and_never_to_whom_it_was() {
    let rejected = refused(400, "MessageRejected").await;
    assert_eq!(rejected, SendError::Refused { cause: "MessageRejected".into() });
    let throttled = refused(429, "TooManyRequestsException").await;
    assert_eq!(throttled, SendError::Unavailable { cause: "TooManyRequestsException".into() });
    let unheard_of = refused(500, "SomethingNewException").await;
    assert_eq!(unheard_of, SendError::Unavailable { cause: "SomethingNewException".into() });
    for error in [rejected, throttled, unheard_of] {
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = sender(format!("http://{nobody}")).send(&mail()).await.unwrap_err();
    assert_eq!(error, SendError::Unavailable { cause: "no connection".into() });
}

#[tokio::test]
async fn the_outbox_keeps_what_was_sent_and_fails_when_told_to() {
    let outbox = Outbox::default();
    outbox.fail_next(SendError::Unavailable { cause: "test".into() });
    assert!(outbox.send(&mail()).await.is_err());
    outbox.send(&mail()).await.unwrap();
    assert_eq!(outbox.mails(), [mail()]);
}
