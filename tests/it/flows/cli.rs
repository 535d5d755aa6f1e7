//! What a store's staff do from the command line: the program itself, against the public edge.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use sipstr_domain::account::Role;
use sipstr_testkit::{ShopSpec, World};

use super::transfers::House;

/// The program at a desk, signed in by its token.
struct Terminal {
    program: PathBuf,
    url: String,
    token: String,
    folder: PathBuf,
}

impl Terminal {
    /// Builds the program where it is not built yet; the tests' own package does not.
    fn new(url: &str, token: String) -> Self {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let mut build = Command::new(env!("CARGO"));
        let build = build.args(["build", "--quiet", "--locked", "--package", "sipstr", "--manifest-path", manifest]);
        let built = build.args(["--message-format", "json"]).output().expect("cargo runs");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8(built.stdout).expect("messages");
        let mut messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let program = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
        Self { program: program.expect("a program"), url: url.to_owned(), token, folder: folder() }
    }

    /// The same program at another desk.
    fn at_desk_of(&self, token: &str) -> Self {
        Self { program: self.program.clone(), url: self.url.clone(), token: token.to_owned(), folder: folder() }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("SIPSTR_URL", &self.url).env("SIPSTR_TOKEN", &self.token);
        command.env("XDG_CONFIG_HOME", &self.folder).current_dir(&self.folder);
        tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("it runs")
    }

    /// What it says as JSON, with its exit code.
    async fn json(&self, arguments: &[&str]) -> (Value, i32) {
        let output = self.run(&[arguments, &["--json"]].concat()).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = String::from_utf8_lossy(&output.stderr);
        let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{arguments:?}: {text}\n{told}"));
        (value, output.status.code().expect("an exit code"))
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("the file is written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).expect("the file is there")
    }
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(sipstr_domain::EventId::new().suffix());
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // What is left in a folder of its own is in nobody's way.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn an_assortment_goes_out_and_comes_in_and_stock_is_counted_from_the_command_line() {
    let world = World::new().await;
    let shop = world.open_shop(ShopSpec::default()).await;
    let token = shop.manager.api.token().expect("a manager is signed in").to_owned();
    let url = world.stack.api.clone();
    let terminal = tokio::task::spawn_blocking(move || Terminal::new(&url, token)).await.expect("a terminal");
    let store = shop.id().as_str();

    let exported = terminal.run(&["export", store, "-o", "all.csv"]).await;
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    let file = terminal.read("all.csv");
    assert_eq!(file.lines().count(), 4);
    let (job, code) = terminal.json(&["import", store, "all.csv"]).await;
    assert_eq!((&job["progress"]["unchanged"], code), (&Value::from(3), 0), "{job:#}");

    let lines = format!("productId,price,offered\n{},1.999,true\n{},4.50,true\n", shop.products[0], shop.products[1]);
    terminal.put("wrong.csv", &lines);
    let (job, code) = terminal.json(&["import", store, "wrong.csv", "--dry-run", "--errors", "errors.csv"]).await;
    assert_eq!((&job["errors"][0]["code"], code), (&Value::from("price_too_precise"), 2), "{job:#}");
    assert!(terminal.read("errors.csv").contains("price_too_precise"));
    let shown = terminal.run(&["import", store, "wrong.csv", "--on-errors", "skip"]).await;
    let text = String::from_utf8_lossy(&shown.stdout);
    assert_eq!(shown.status.code(), Some(2), "{text}");
    assert!(text.contains("2 rows") && text.contains("1 applied") && text.contains("price_too_precise"), "{text}");

    let (stock, code) = terminal.json(&["stock", "list", store]).await;
    assert_eq!((stock["items"].as_array().map(Vec::len), code), (Some(3), 0), "{stock:#}");
    let product = shop.products[0].as_str();
    assert_eq!(terminal.json(&["stock", "receive", store, product, "6", "--reference", "N-1"]).await.1, 0);
    let (taken, _) = terminal.json(&["stock", "count", store, product, "29"]).await;
    assert_eq!(taken["difference"], -1, "{taken:#}");
    let (movements, _) = terminal.json(&["stock", "movements", store, product]).await;
    assert_eq!(movements["items"][1]["reference"], "N-1", "{movements:#}");

    let stranger = world.open_shop(ShopSpec::default()).await;
    let refused = terminal.run(&["stock", "list", stranger.id().as_str(), "--json"]).await;
    assert_eq!(refused.status.code(), Some(1));
    let problem: Value = serde_json::from_slice(&refused.stderr).expect("a problem");
    assert_eq!(problem["code"], "not_found");
}

#[tokio::test]
async fn goods_go_between_stores_and_books_are_looked_at_from_the_command_line() {
    let house = House::new().await;
    let (url, token) = (house.world.stack.api.clone(), house.owner.api.token().expect("signed in").to_owned());
    let terminal = tokio::task::spawn_blocking(move || Terminal::new(&url, token)).await.expect("a terminal");
    let (from, to, ale) = (house.from.id().as_str(), house.to.id().as_str(), house.from.products[0].as_str());

    let (sent, code) = terminal.json(&["transfers", "send", from, to, &format!("{ale}=6")]).await;
    assert_eq!((&sent["state"], code), (&Value::from("dispatched"), 0), "{sent:#}");
    let id = sent["id"].as_str().expect("an id");
    let (listed, _) = terminal.json(&["transfers", "list", from, "--sent"]).await;
    assert_eq!(listed["items"][0]["id"], id);
    let (taken, _) = terminal.json(&["transfers", "receive", to, id, "--damaged", &format!("{ale}=1")]).await;
    assert_eq!(taken["lines"][0]["arrival"]["received"], 5, "{taken:#}");
    let refused = terminal.run(&["transfers", "cancel", from, id, "--json"]).await;
    let problem: Value = serde_json::from_slice(&refused.stderr).expect("a problem");
    assert_eq!(problem["code"], "transfer_over");
    let refused = terminal.run(&["audit", "list", "--json"]).await;
    assert_eq!(refused.status.code(), Some(1), "stores do not see the books of others");

    let admin = house.world.person("Ava Admin", &[Role::Admin], Vec::new()).await;
    let desk = terminal.at_desk_of(admin.api.token().expect("signed in"));
    let (found, code) = desk.json(&["audit", "list"]).await;
    assert!(found["items"].is_array() && code == 0, "{found:#}");
    let refused = desk.run(&["audit", "repair", from, ale, "--note", "nothing there"]).await;
    assert!(String::from_utf8_lossy(&refused.stderr).contains("found nothing"), "{refused:?}");
}
