//! Mail, and how it leaves.

use std::pin::Pin;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use sipstr_domain::account::Email;

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: Email,
    /// One line, without CR and LF.
    pub subject: String,
    pub html: String,
    pub text: String,
    /// Where advertising is stopped by one request (RFC 8058); `None` for what a person has to be told.
    pub unsubscribe: Option<String>,
}

impl Mail {
    /// What lets a reader's mail program stop advertising without opening a page (RFC 8058).
    fn headers(&self) -> Vec<(&'static str, String)> {
        let Some(address) = &self.unsubscribe else { return Vec::new() };
        vec![
            ("List-Unsubscribe", format!("<{address}>")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ]
    }
}

/// Why a mail did not leave. Texts name the cause and never the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may leave later: keep the message on its queue. It may also have left already, so a retry can send it twice.
    #[error("the mail service is not available: {cause}")]
    Unavailable { cause: String },
    /// It will never leave as it is.
    #[error("the mail was refused: {cause}")]
    Refused { cause: String },
}

pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;

/// Sends mail; used as `Arc<dyn MailSender>`.
pub trait MailSender: Send + Sync {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a>;
}

/// Amazon SES. Time-outs and retries are those of the client.
#[derive(Debug, Clone)]
pub struct SesSender {
    client: Client,
    from: String,
}

impl SesSender {
    /// `from` has to be an identity that SES has verified.
    pub fn new(client: Client, from: &Email) -> Self {
        Self { client, from: format!("Sipstr <{}>", from.as_str()) }
    }

    async fn send_one(&self, mail: &Mail) -> Result<(), SendError> {
        let utf8 = |text: &str| {
            Content::builder().data(text).charset("UTF-8").build().expect("content needs data, and has it")
        };
        let body = Body::builder().html(utf8(&mail.html)).text(utf8(&mail.text)).build();
        let mut message = Message::builder().subject(utf8(&mail.subject)).body(body);
        for (name, value) in mail.headers() {
            let header = MessageHeader::builder().name(name).value(value);
            message = message.headers(header.build().expect("a header needs name and value, and has both"));
        }
        let message = message.build();
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(mail.to.as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await;
        sent.map(|_| ()).map_err(|error| send_error(&error))
    }
}

impl MailSender for SesSender {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(self.send_one(mail))
    }
}

/// SES quotes addresses in its messages, so only the error's code is kept.
fn send_error(error: &SdkError<SendEmailError>) -> SendError {
    let Some(refusal) = error.as_service_error() else {
        return SendError::Unavailable { cause: without_answer(error).to_owned() };
    };
    let cause = refusal.code().unwrap_or("unknown").to_owned();
    let for_good = matches!(refusal, SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_));
    if for_good { SendError::Refused { cause } } else { SendError::Unavailable { cause } }
}

fn without_answer(error: &SdkError<SendEmailError>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "timed out",
        SdkError::DispatchFailure(_) => "no connection",
        SdkError::ResponseError(_) => "an answer that cannot be read",
        _ => "not sent",
    }
}

#[cfg(test)]
#[path = "mail_tests.rs"]
mod tests;
