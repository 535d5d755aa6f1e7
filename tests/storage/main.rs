//! The contract of `sipstr-storage`, kept against any DynamoDB: `SIPSTR_DYNAMODB` names its endpoint, otherwise it is the
//! stack's. Each test makes its own tables in the shape that Terraform gives them, and deletes them when it ends.

mod books;
mod buckets;
mod carts;
mod daily;
mod dispatching;
mod drifts;
mod faults;
mod federation;
mod giving_back;
mod ground;
mod identity;
mod jobs;
mod looking;
mod lots;
mod members;
mod money;
mod partners;
mod passkeys;
mod people;
mod placing;
mod prices;
mod privacy;
mod profiles;
mod settings;
mod stock;
mod tables;
mod transfers;
