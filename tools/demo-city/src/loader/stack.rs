//! The file that describes a running stack.

use std::path::{Path, PathBuf};

use anyhow::Context;
use aws_credential_types::Credentials;
use demo_city::city::Login;
use serde::Deserialize;
use serde_json::{Value, json};
use sipstr_runtime::Aws;

#[derive(Debug)]
pub struct Stack {
    file: PathBuf,
    content: Value,
    place: Place,
}

/// Where the tables are; everything else in the file is for others.
#[derive(Debug, Deserialize)]
struct Place {
    aws: String,
    region: String,
    prefix: String,
}

impl Stack {
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let content: Value = serde_json::from_str(&text).context("the stack's file is not JSON")?;
        let place = Place::deserialize(&content).context("the stack's file says not where it is")?;
        Ok(Self { file: file.to_owned(), content, place })
    }

    /// Credentials come from the environment; an emulator takes any.
    pub fn aws(&self) -> Aws {
        let variable = |name| std::env::var(name).ok();
        let id = variable("AWS_ACCESS_KEY_ID").unwrap_or_else(|| "test".to_owned());
        let secret = variable("AWS_SECRET_ACCESS_KEY").unwrap_or_else(|| "test".to_owned());
        let credentials = Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment");
        Aws::new(credentials, self.place.region.clone(), Some(self.place.aws.clone()))
    }

    pub fn table(&self, name: &str) -> String {
        format!("{}-{name}", self.place.prefix)
    }

    /// Adds the logins, and leaves the rest of the file as it was.
    pub fn write_logins(mut self, logins: &[&Login]) -> anyhow::Result<()> {
        let login = |login: &&Login| json!({"role": login.role, "email": login.email, "password": login.password});
        self.content["logins"] = logins.iter().map(login).collect();
        let unfinished = self.file.with_extension("json.new");
        std::fs::write(&unfinished, format!("{:#}\n", self.content))?;
        // In one step, so that nobody ever reads half a file.
        std::fs::rename(&unfinished, &self.file).context("writing the logins into the stack's file")
    }
}
