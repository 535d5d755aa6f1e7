//! Little-endian bytes with a head that says what they are and a checksum that says that they are whole.

use crate::{EtaError, Stage};

const MAGIC: [u8; 4] = *b"SETA";
const VERSION: u8 = 1;

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Model = 1,
    Calibration = 2,
}

pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new(kind: Kind, stage: Stage) -> Self {
        Self([&MAGIC[..], &[VERSION, kind as u8, stage as u8]].concat())
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }
    pub(crate) fn u16(&mut self, value: u16) {
        self.0.extend(value.to_le_bytes());
    }
    pub(crate) fn i16(&mut self, value: i16) {
        self.0.extend(value.to_le_bytes());
    }
    pub(crate) fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }
    pub(crate) fn i64(&mut self, value: i64) {
        self.0.extend(value.to_le_bytes());
    }
    pub(crate) fn f32(&mut self, value: f32) {
        self.0.extend(value.to_le_bytes());
    }
    pub(crate) fn f64(&mut self, value: f64) {
        self.0.extend(value.to_le_bytes());
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.u64(checksum(&self.0));
        self.0
    }
}

pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads the head, and refuses other kinds, other stages and bytes that are not whole.
    pub(crate) fn open(bytes: &'a [u8], kind: Kind, stage: Stage) -> Result<Self, EtaError> {
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(EtaError::Corrupt("too short"))?;
        let (head, rest) = body.split_first_chunk::<7>().ok_or(EtaError::Corrupt("too short"))?;
        let [magic @ .., version, found_kind, found_stage] = head;
        if *magic != MAGIC || *version != VERSION {
            return Err(EtaError::Corrupt("another format or version"));
        }
        if *found_kind != kind as u8 || *found_stage != stage as u8 {
            return Err(EtaError::Corrupt("another kind or stage"));
        }
        if u64::from_le_bytes(*sum) != checksum(body) {
            return Err(EtaError::Corrupt("the checksum differs"));
        }
        Ok(Self(rest))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], EtaError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(EtaError::Corrupt("ends early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, EtaError> {
        self.take::<1>().map(|[byte]| byte)
    }
    pub(crate) fn u16(&mut self) -> Result<u16, EtaError> {
        self.take().map(u16::from_le_bytes)
    }
    pub(crate) fn i16(&mut self) -> Result<i16, EtaError> {
        self.take().map(i16::from_le_bytes)
    }
    pub(crate) fn u64(&mut self) -> Result<u64, EtaError> {
        self.take().map(u64::from_le_bytes)
    }
    pub(crate) fn i64(&mut self) -> Result<i64, EtaError> {
        self.take().map(i64::from_le_bytes)
    }

    pub(crate) fn finite_f32(&mut self) -> Result<f32, EtaError> {
        let value = self.take().map(f32::from_le_bytes)?;
        if value.is_finite() { Ok(value) } else { Err(EtaError::Corrupt("a number is none")) }
    }

    pub(crate) fn finite_f64(&mut self) -> Result<f64, EtaError> {
        let value = self.take().map(f64::from_le_bytes)?;
        if value.is_finite() { Ok(value) } else { Err(EtaError::Corrupt("a number is none")) }
    }

    pub(crate) fn end(self) -> Result<(), EtaError> {
        if self.0.is_empty() { Ok(()) } else { Err(EtaError::Corrupt("goes on after the end")) }
    }
}

/// FNV-1a. It finds accidents; whoever can write the bytes can write the checksum too, so what is read is checked as well.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
