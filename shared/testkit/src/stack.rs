use serde::Deserialize;

/// Where a running stack is: what its launcher wrote to `stack.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Stack {
    pub api: String,
    pub aws: String,
    pub mailbox: String,
    pub stripe: String,
    pub maps: String,
    /// The fake of Apple, Facebook, a provider that lies, and a resolver of names.
    pub identity: String,
    /// A real OpenID provider.
    pub issuer: String,
    pub region: String,
    pub prefix: String,
    #[serde(default)]
    pub logins: Vec<Login>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Login {
    pub role: String,
    pub email: String,
    pub password: String,
}

impl Stack {
    pub fn from_env() -> Self {
        let path = std::env::var("SIPSTR_STACK")
            .expect("SIPSTR_STACK names the stack.json of a running stack; see `make test`");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}
