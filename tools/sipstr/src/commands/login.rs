use std::io::Read;

use anyhow::Context;
use serde_json::json;

use crate::args::Login;
use crate::client::Client;
use crate::show::Output;

pub async fn run(client: &mut Client, wish: Login, output: &Output) -> anyhow::Result<bool> {
    let password = if wish.password_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("reading the password")?;
        text.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        rpassword::prompt_password("Password: ").context("asking for the password")?
    };
    client.sign_in(&wish.email, &password, wish.code.as_deref()).await?;
    let url = client.url()?;
    output.show(&json!({"url": url, "email": wish.email}), || format!("Signed in at {url} as {}.", wish.email))?;
    Ok(true)
}
