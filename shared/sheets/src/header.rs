//! The first row: which column is where.

use csv::StringRecord;
use sipstr_domain::job::JobFault;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    ProductId,
    Gtin,
    Slug,
    Name,
    Price,
    Currency,
    Offered,
}

impl Column {
    const ALL: [Self; 7] =
        [Self::ProductId, Self::Gtin, Self::Slug, Self::Name, Self::Price, Self::Currency, Self::Offered];

    pub const fn name(self) -> &'static str {
        match self {
            Self::ProductId => "productId",
            Self::Gtin => "gtin",
            Self::Slug => "slug",
            Self::Name => "name",
            Self::Price => "price",
            Self::Currency => "currency",
            Self::Offered => "offered",
        }
    }

    const fn identifies(self) -> bool {
        matches!(self, Self::ProductId | Self::Gtin | Self::Slug)
    }
}

/// Where each column stands.
#[derive(Debug, Clone)]
pub struct Header {
    columns: Vec<Column>,
}

impl Header {
    pub fn read(record: &StringRecord) -> Result<Self, JobFault> {
        if record.len() == 1 && record.iter().any(|cell| cell.contains([';', '\t'])) {
            return Err(JobFault::new("not_comma_separated", "cells are separated by commas"));
        }
        let mut columns = Vec::with_capacity(record.len());
        for cell in record {
            let column = Column::ALL.into_iter().find(|column| column.name().eq_ignore_ascii_case(cell.trim()));
            let Some(column) = column else {
                let known = Column::ALL.map(Column::name).join(", ");
                let shown: String = cell.chars().take(40).collect();
                return Err(JobFault::new("unknown_column", format!("there is no column `{shown}`, only {known}")));
            };
            if columns.contains(&column) {
                return Err(JobFault::new(
                    "duplicate_column",
                    format!("the column `{}` is there twice", column.name()),
                ));
            }
            columns.push(column);
        }
        for needed in [Column::Price, Column::Offered] {
            if !columns.contains(&needed) {
                return Err(JobFault::new("missing_column", format!("the column `{}` is missing", needed.name())));
            }
        }
        let mut identities = columns.iter().copied().filter(|column| column.identifies());
        match (identities.next(), identities.next()) {
            (Some(_), None) => Ok(Self { columns }),
            (None, _) => {
                Err(JobFault::new("missing_column", "one of the columns productId, gtin and slug must be there"))
            }
            (Some(_), Some(_)) => Err(JobFault::new(
                "several_identities",
                "only one of the columns productId, gtin and slug may be there",
            )),
        }
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }
}
