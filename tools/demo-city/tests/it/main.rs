//! What the demo data promises to those who load it.

mod catalogue;
mod city;
