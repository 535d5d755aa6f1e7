//! What may be typed.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "sipstr", version, about = "A store's assortment and stock from the command line.")]
#[command(after_help = "Exit codes: 0 done, 1 an error, 2 rows were wrong or a job was stopped.")]
pub struct Arguments {
    /// Address of the API; else the one that was signed in at.
    #[arg(long, env = "SIPSTR_URL", global = true)]
    pub url: Option<String>,
    /// Access token; else the one that `sipstr login` keeps.
    #[arg(long, env = "SIPSTR_TOKEN", hide_env_values = true, global = true)]
    pub token: Option<String>,
    /// Writes what the API says as JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Signs in, and keeps the session in a file that only you may read.
    Login(Login),
    /// Takes a CSV file into a store's assortment, and follows the work.
    Import(Import),
    /// Writes a store's assortment into a CSV file.
    Export(Export),
    /// Looks at a store's stock, and notes what changed.
    #[command(subcommand)]
    Stock(Stock),
    /// Splits the stock of a product that is fought over into so many buckets.
    Buckets(Buckets),
    /// Sends goods to another store, and takes in what was sent.
    #[command(subcommand)]
    Transfers(Transfers),
    /// Products whose books of stock do not close, and their repair. For admins.
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Debug, Args)]
pub struct Login {
    #[arg(long)]
    pub email: String,
    /// Reads the password from the standard input and asks for nothing.
    #[arg(long)]
    pub password_stdin: bool,
    /// Six digits of the authenticator, where the account has one.
    #[arg(long)]
    pub code: Option<String>,
}

#[derive(Debug, Args)]
pub struct Import {
    /// Id of the store: `sto_…`.
    pub store: String,
    pub file: PathBuf,
    /// Checks the file and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// What happens to the good rows of a file that has wrong ones.
    #[arg(long, value_enum, default_value_t = OnErrors::Stop)]
    pub on_errors: OnErrors,
    /// Writes all the errors into this CSV file.
    #[arg(long)]
    pub errors: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnErrors {
    /// Nothing is applied.
    Stop,
    /// The good ones are applied.
    Skip,
}

impl OnErrors {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Skip => "skip",
        }
    }
}

#[derive(Debug, Args)]
pub struct Export {
    /// Id of the store: `sto_…`.
    pub store: String,
    /// The file to write; else the standard output.
    #[arg(short, long)]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Stock {
    /// The figures of every product.
    List { store: String },
    /// Units that came in.
    Receive {
        store: String,
        product: String,
        #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
        units: u32,
        #[command(flatten)]
        remarks: Remarks,
    },
    /// Units that went, or came back, by another way than an order.
    Adjust {
        store: String,
        product: String,
        /// Negative where units went.
        #[arg(allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(-10_000..=10_000))]
        change: i32,
        #[arg(long, value_enum)]
        reason: Reason,
        #[command(flatten)]
        remarks: Remarks,
    },
    /// Units that were counted in the store, those that orders hold included.
    Count {
        store: String,
        product: String,
        #[arg(value_parser = clap::value_parser!(u32).range(0..=100_000))]
        counted: u32,
        #[command(flatten)]
        remarks: Remarks,
    },
    /// What changed by another way than an order, the newest first.
    Movements { store: String, product: String },
}

#[derive(Debug, Default, Args)]
pub struct Remarks {
    #[arg(long)]
    pub note: Option<String>,
    /// What it goes by elsewhere, such as the number of a delivery note.
    #[arg(long)]
    pub reference: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reason {
    Received,
    Counted,
    Damaged,
    Expired,
    Stolen,
    Lost,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Counted => "counted",
            Self::Damaged => "damaged",
            Self::Expired => "expired",
            Self::Stolen => "stolen",
            Self::Lost => "lost",
        }
    }
}

#[derive(Debug, Args)]
pub struct Buckets {
    pub store: String,
    pub product: String,
    #[arg(value_parser = clap::value_parser!(u16).range(1..=64))]
    pub buckets: u16,
}

#[derive(Debug, Subcommand)]
pub enum Transfers {
    /// What comes to the store, newest first.
    List {
        store: String,
        /// What it sent.
        #[arg(long)]
        sent: bool,
    },
    /// Sends goods to another store.
    Send {
        /// The store that has them.
        from: String,
        /// The store that is to have them.
        to: String,
        /// A product and how many: `prd_…=6`.
        #[arg(required = true)]
        lines: Vec<Line>,
        #[arg(long)]
        note: Option<String>,
    },
    /// Takes in what came: all that was sent, but for what is named.
    Receive {
        store: String,
        transfer: String,
        /// A product and how many of it came whole: `prd_…=5`. What is missing is lost.
        lines: Vec<Line>,
        /// A product and how many of it came broken: `prd_…=1`.
        #[arg(long)]
        damaged: Vec<Line>,
    },
    /// Brings back what was not yet taken in.
    Cancel { store: String, transfer: String },
}

/// So many of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub product: String,
    pub units: u32,
}

impl FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (product, units) = text.split_once('=').ok_or("must be a product, =, and how many")?;
        let units = units.parse().map_err(|_| format!("{units} is no number of units"))?;
        Ok(Self { product: product.to_owned(), units })
    }
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// What the nightly audit found, with what would close the books.
    List,
    /// Does what the audit proposes.
    Repair {
        store: String,
        product: String,
        /// Why, for whoever reads the ledger.
        #[arg(long)]
        note: String,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parsed(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_commands_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_import_stops_at_errors_unless_told() {
        let Command::Import(wish) = parsed("sipstr import sto_1 prices.csv").unwrap().command else { panic!() };
        assert_eq!((wish.dry_run, wish.on_errors), (false, OnErrors::Stop));
        let line = "sipstr import sto_1 prices.csv --dry-run --on-errors skip --json";
        let arguments = parsed(line).unwrap();
        assert!(arguments.json);
        let Command::Import(wish) = arguments.command else { panic!() };
        assert_eq!((wish.dry_run, wish.on_errors), (true, OnErrors::Skip));
        assert!(parsed("sipstr import sto_1 prices.csv --on-errors perhaps").is_err());
        assert!(parsed("sipstr import sto_1").is_err());
    }

    #[test]
    fn what_was_lost_is_a_negative_number_with_a_reason() {
        let line = "sipstr stock adjust sto_1 prd_1 -3 --reason damaged --note dropped";
        let Command::Stock(Stock::Adjust { change, reason, remarks, .. }) = parsed(line).unwrap().command else {
            panic!()
        };
        assert_eq!((change, reason, remarks.note.as_deref()), (-3, Reason::Damaged, Some("dropped")));
        for wrong in [
            "sipstr stock adjust sto_1 prd_1 -3",
            "sipstr stock adjust sto_1 prd_1 1.5 --reason damaged",
            "sipstr stock receive sto_1 prd_1 0",
            "sipstr stock receive sto_1 prd_1 -1",
            "sipstr stock count sto_1 prd_1 -1",
            "sipstr buckets sto_1 prd_1 65",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_is_a_product_and_a_number() {
        let Command::Transfers(Transfers::Send { lines, .. }) =
            parsed("sipstr transfers send sto_1 sto_2 prd_1=6 prd_2=1").unwrap().command
        else {
            panic!()
        };
        assert_eq!(lines[0], Line { product: "prd_1".into(), units: 6 });
        for wrong in ["prd_1", "prd_1=", "prd_1=-2", "prd_1=1.5", "prd_1=99999999999"] {
            assert!(parsed(&format!("sipstr transfers send sto_1 sto_2 {wrong}")).is_err(), "{wrong}");
        }
        assert!(parsed("sipstr transfers send sto_1 sto_2").is_err());
    }
}
