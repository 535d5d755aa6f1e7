pub use sipstr_identity::{MAILED_CODE, NetworkLimit, PASSWORD};
