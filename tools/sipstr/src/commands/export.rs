use anyhow::Context;

use super::followed;
use crate::args::Export;
use crate::client::Client;
use crate::show::Output;

pub async fn run(client: &mut Client, wish: Export, output: &Output) -> anyhow::Result<bool> {
    let exports = format!("/v1/stores/{}/exports", wish.store);
    let order = client.post(&exports, None).await?;
    let id = order["id"].as_str().context("the id of the job")?;
    let job = followed(client, &format!("{exports}/{id}"), &output.bar()).await?;
    if job["state"] != "done" {
        output.show(&job, || job["fault"]["message"].as_str().unwrap_or("the export failed").to_owned())?;
        return Ok(false);
    }
    let products = &job["progress"]["read"];
    if let Some(path) = &wish.output {
        let file = client.download(&job["url"]).await?;
        std::fs::write(path, file).with_context(|| format!("writing {}", path.display()))?;
        output.show(&job, || format!("{products} products in {}", path.display()))?;
    } else if output.json {
        output.show(&job, String::new)?;
    } else {
        output.write(&client.download(&job["url"]).await?)?;
    }
    Ok(true)
}
