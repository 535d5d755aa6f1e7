use serde_json::Value;

use crate::World;

impl World {
    /// Every mail that arrived for an address, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<Value> {
        let sent = self.client.get(&self.stack.mailbox).send().await.expect("the mailbox answers");
        let all: Value = sent.json().await.expect("JSON");
        let by_account = all["messages"].as_object().expect("mails by account");
        let mails = by_account.values().filter_map(Value::as_array).flatten();
        mails
            .filter(|mail| mail["To"].as_array().is_some_and(|to| to.iter().any(|one| one == email)))
            .cloned()
            .collect()
    }

    /// The six digits of the newest mail to an address, once it is there.
    pub async fn code_mailed_to(&self, email: &str) -> String {
        self.eventually("the mail with the code", || async {
            self.mails_to(email).await.last().and_then(|mail| six_digits(mail["BodyText"].as_str().unwrap_or_default()))
        })
        .await
    }

    /// The six digits of the newest mail with these words.
    pub async fn code_in_mail_with(&self, email: &str, words: &str) -> String {
        self.eventually(&format!("a code in a mail with “{words}”"), || async {
            let mails = self.mails_to(email).await;
            let newest = mails.iter().rfind(|mail| mail.to_string().contains(words))?;
            six_digits(newest["BodyText"].as_str().unwrap_or_default())
        })
        .await
    }

    /// The invitation in the newest mail to an address that invites to the staff of this store.
    pub async fn invitation_mailed_to(&self, email: &str, store: &str) -> String {
        self.eventually("the mail with the invitation", || async {
            let mails = self.mails_to(email).await;
            let newest = mails.iter().rfind(|mail| mail.to_string().contains(store))?;
            let text = newest["BodyText"].as_str().unwrap_or_default();
            text.split_whitespace().find(|word| word.len() > 64).map(str::to_owned)
        })
        .await
    }

    /// Waits for a mail whose text has these words.
    pub async fn mail_with(&self, email: &str, words: &str) -> Value {
        self.eventually(&format!("a mail with “{words}”"), || async {
            self.mails_to(email).await.into_iter().find(|mail| mail.to_string().contains(words))
        })
        .await
    }
}

fn six_digits(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}
