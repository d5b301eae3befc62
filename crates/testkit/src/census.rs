//! Every row of both databases, as somebody sees them who reads past the program.

use std::{collections::BTreeMap, fmt};

use rusqlite::{Connection, OpenFlags, types::ValueRef};
use store::Location;
use tokio_postgres::types::Type;

use crate::homes::{Homes, PLANES, connect};

/// What stands in a column.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Cell {
    /// Nothing.
    Null,
    /// `BIGINT`.
    Int(i64),
    /// `TEXT`.
    Text(String),
    /// `BYTEA` or `BLOB`.
    Bytes(Vec<u8>),
}

/// All rows of all tables at one moment.
#[derive(Clone, Eq, PartialEq)]
pub struct Census(BTreeMap<String, Vec<Vec<Cell>>>);

impl Census {
    /// How many rows a table has.
    #[track_caller]
    pub fn count(&self, table: &str) -> usize {
        self.rows(table).len()
    }

    /// A table's rows, sorted.
    #[track_caller]
    pub fn rows(&self, table: &str) -> &[Vec<Cell>] {
        self.0.get(table).unwrap_or_else(|| panic!("no table {table}"))
    }

    /// The tables' names.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names of the tables in which something differs.
    pub fn changed_since<'a>(&'a self, before: &'a Self) -> Vec<&'a str> {
        self.tables().filter(|table| self.0.get(*table) != before.0.get(*table)).collect()
    }

    pub(crate) async fn take(homes: &Homes) -> Self {
        let mut tables = BTreeMap::new();
        for plane in PLANES {
            match homes.location(plane) {
                Location::Sqlite(directory) => {
                    read_sqlite(&directory.join(format!("{plane}.sqlite")), &mut tables);
                }
                Location::Postgres(url) => read_postgres(&url, plane, &mut tables).await,
            }
        }
        // Both planes have a list of migrations; it says nothing.
        tables.remove("migrations");
        for rows in tables.values_mut() {
            rows.sort();
        }
        Self(tables)
    }
}

/// Counts only: rows would fill the screen.
impl fmt::Debug for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(table, rows)| (table, rows.len()))).finish()
    }
}

fn read_sqlite(file: &std::path::Path, tables: &mut BTreeMap<String, Vec<Vec<Cell>>>) {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let named = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut named = connection.prepare(named).unwrap();
    for name in named.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        let name = name.unwrap();
        let mut all = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = all.column_count();
        let rows = all
            .query_map([], |row| {
                (0..columns)
                    .map(|i| {
                        Ok(match row.get_ref(i)? {
                            ValueRef::Integer(number) => Cell::Int(number),
                            ValueRef::Text(text) => {
                                Cell::Text(String::from_utf8_lossy(text).into_owned())
                            }
                            ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                            ValueRef::Null | ValueRef::Real(_) => Cell::Null,
                        })
                    })
                    .collect()
            })
            .unwrap();
        tables.insert(name, rows.map(Result::unwrap).collect());
    }
}

async fn read_postgres(url: &str, plane: &str, tables: &mut BTreeMap<String, Vec<Vec<Cell>>>) {
    let client = connect(url).await;
    let named =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let named = client.query(named, &[]).await.unwrap();
    assert!(!named.is_empty(), "the {plane} database has tables");
    for name in named {
        let name: String = name.get(0);
        let rows = client.query(&format!("SELECT * FROM {name}"), &[]).await.unwrap();
        let cells = |row: &tokio_postgres::Row| {
            let cell = |(i, column): (usize, &tokio_postgres::Column)| match *column.type_() {
                Type::INT8 => row.get::<_, Option<i64>>(i).map_or(Cell::Null, Cell::Int),
                Type::BYTEA => row.get::<_, Option<Vec<u8>>>(i).map_or(Cell::Null, Cell::Bytes),
                _ => row.get::<_, Option<String>>(i).map_or(Cell::Null, Cell::Text),
            };
            row.columns().iter().enumerate().map(cell).collect()
        };
        tables.insert(name, rows.iter().map(cells).collect());
    }
}
