//! Mail that goes nowhere, for the tests of whoever sends.

use std::sync::Mutex;

use crate::{Mail, MailSender, SendError, Sending};

/// Keeps what it is given.
#[derive(Debug, Default)]
pub struct Outbox {
    mails: Mutex<Vec<Mail>>,
    next_error: Mutex<Option<SendError>>,
}

impl Outbox {
    /// What was sent, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("no test panics while it holds the mails").clone()
    }

    /// The next mail is not sent, and this is why.
    pub fn fail_next(&self, error: SendError) {
        *self.next_error.lock().expect("no test panics while it holds the error") = Some(error);
    }
}

impl MailSender for Outbox {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        let error = self.next_error.lock().expect("no test panics while it holds the error").take();
        if error.is_none() {
            self.mails.lock().expect("no test panics while it holds the mails").push(mail.clone());
        }
        Box::pin(std::future::ready(error.map_or(Ok(()), Err)))
    }
}
