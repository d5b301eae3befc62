//! What goes into a statement and what comes out: three column types and nothing else.

use std::error::Error as StdError;

use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::Error;

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Null,
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Null => ValueRef::Null,
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Int(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

/// A cell that came out.
#[derive(Debug)]
pub(crate) enum Cell {
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Null,
}

/// A row of table `table`, for a total match into a domain value.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) table: &'static str,
    pub(crate) cells: std::vec::IntoIter<Cell>,
}

/// Cells are taken in the order the statement names them; anything unexpected is a corrupt row.
impl Row {
    pub(crate) fn int(&mut self, column: &'static str) -> Result<i64, Error> {
        self.optional_int(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn optional_int(&mut self, column: &'static str) -> Result<Option<i64>, Error> {
        match self.cells.next() {
            Some(Cell::Int(number)) => Ok(Some(number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.corrupt(column)),
        }
    }

    pub(crate) fn text(&mut self, column: &'static str) -> Result<String, Error> {
        self.optional_text(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn optional_text(&mut self, column: &'static str) -> Result<Option<String>, Error> {
        match self.cells.next() {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.corrupt(column)),
        }
    }

    pub(crate) fn bytes(&mut self, column: &'static str) -> Result<Vec<u8>, Error> {
        self.optional_bytes(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn optional_bytes(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Vec<u8>>, Error> {
        match self.cells.next() {
            Some(Cell::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Cell::Null) => Ok(None),
            _ => Err(self.corrupt(column)),
        }
    }

    pub(crate) fn array<const N: usize>(&mut self, column: &'static str) -> Result<[u8; N], Error> {
        self.bytes(column)?.try_into().map_err(|_| self.corrupt(column))
    }

    pub(crate) fn optional_array<const N: usize>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<[u8; N]>, Error> {
        let bytes = self.optional_bytes(column)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| self.corrupt(column))).transpose()
    }

    /// Text with rules of its own.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &mut self,
        column: &'static str,
    ) -> Result<T, Error> {
        self.text(column)?.parse().map_err(|_| self.corrupt(column))
    }

    pub(crate) fn instant(&mut self, column: &'static str) -> Result<jiff::Timestamp, Error> {
        self.optional_instant(column)?.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn optional_instant(
        &mut self,
        column: &'static str,
    ) -> Result<Option<jiff::Timestamp>, Error> {
        self.optional_int(column)?
            .map(|seconds| jiff::Timestamp::from_second(seconds).map_err(|_| self.corrupt(column)))
            .transpose()
    }

    pub(crate) fn corrupt(&self, column: &'static str) -> Error {
        Error::corrupt(self.table, column)
    }
}
