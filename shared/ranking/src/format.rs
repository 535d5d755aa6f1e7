//! A model as bytes: small enough for a function's memory, and refused when it is another's.
//!
//! `SIPN`, format version (u16), number of products (u16), their ids (16 bytes each), then for each product the largest weight (f32), the
//! number of weights (u16), and each weight as target (u16) and in parts of the largest (i16). Little-endian throughout.

use sipstr_domain::ProductId;

use crate::error::RankingError;
use crate::neighbours::{Neighbours, Row};

pub const FORMAT_VERSION: u16 = 1;
const MAGIC: &[u8; 4] = b"SIPN";

impl Neighbours {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&(self.products().len() as u16).to_le_bytes());
        for product in self.products() {
            // 32 hexadecimal digits: the type says so.
            let id = u128::from_str_radix(product.suffix(), 16).unwrap_or_default();
            bytes.extend_from_slice(&id.to_le_bytes());
        }
        for row in self.rows() {
            bytes.extend_from_slice(&row.largest.to_le_bytes());
            bytes.extend_from_slice(&(row.weights.len() as u16).to_le_bytes());
            for (to, weight) in &row.weights {
                bytes.extend_from_slice(&to.to_le_bytes());
                bytes.extend_from_slice(&weight.to_le_bytes());
            }
        }
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RankingError> {
        let mut reader = Reader(bytes);
        if reader.take::<4>()? != *MAGIC {
            return Err(RankingError::Format);
        }
        let found = reader.number()?;
        if found != FORMAT_VERSION {
            return Err(RankingError::Version { found, expected: FORMAT_VERSION });
        }
        let count = reader.number()?;
        let mut products = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let id = u128::from_le_bytes(reader.take()?);
            products.push(format!("{}{id:032x}", ProductId::PREFIX).parse().map_err(|_| RankingError::Format)?);
        }
        if products.windows(2).any(|pair: &[ProductId]| pair[0] >= pair[1]) {
            return Err(RankingError::Format);
        }
        let mut rows = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            rows.push(reader.row(count)?);
        }
        if !reader.0.is_empty() {
            return Err(RankingError::Format);
        }
        Ok(Self::assembled(products, rows))
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], RankingError> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(RankingError::Format)?;
        self.0 = rest;
        Ok(*head)
    }

    fn number(&mut self) -> Result<u16, RankingError> {
        Ok(u16::from_le_bytes(self.take()?))
    }

    fn row(&mut self, products: u16) -> Result<Row, RankingError> {
        let largest = f32::from_le_bytes(self.take()?);
        if !(largest.is_finite() && largest >= 0.0) {
            return Err(RankingError::Format);
        }
        let mut weights = Vec::new();
        for _ in 0..self.number()? {
            let (to, weight) = (self.number()?, i16::from_le_bytes(self.take()?));
            if to >= products {
                return Err(RankingError::Format);
            }
            weights.push((to, weight));
        }
        Ok(Row { largest, weights })
    }
}
