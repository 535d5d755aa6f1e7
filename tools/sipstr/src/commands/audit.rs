use anyhow::Context;
use serde_json::{Value, json};

use crate::args::Audit;
use crate::client::Client;
use crate::show::{Output, table};

const DRIFTS: &str = "/v1/admin/stock/drifts";

pub async fn run(client: &mut Client, wish: Audit, output: &Output) -> anyhow::Result<bool> {
    let drifts = client.all(DRIFTS).await?;
    match wish {
        Audit::List => {
            let columns = [
                ("store", "storeId"),
                ("product", "productId"),
                ("units", "units"),
                ("first seen", "firstSeen"),
                ("last seen", "lastSeen"),
                ("repaired", "repairedAt"),
            ];
            output.show(&json!({"items": drifts}), || table(&columns, &drifts))?;
        }
        Audit::Repair { store, product, note } => {
            let of = |drift: &&Value| drift["storeId"] == store.as_str() && drift["productId"] == product.as_str();
            let drift = drifts.iter().find(of).context("the audit found nothing there")?;
            let version = drift["version"].as_u64().context("a version")?;
            let path = format!("{DRIFTS}/{store}/{product}/repair");
            let entry = client.post_at(&path, version, json!({"note": note})).await?;
            let (kind, units) = (&drift["proposal"]["kind"], &drift["proposal"]["units"]);
            output.show(&entry, || format!("{}: {units}; count the shelf now", kind.as_str().unwrap_or("repaired")))?;
        }
    }
    Ok(true)
}
