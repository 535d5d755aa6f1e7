//! The story of Sipstr, told against a running stack: see `make test`.

mod flows;
mod policy;
mod routes;
