//! Many rows of numbers in one value. SQLite hands out a result row by row and column by column, a call for each and more
//! than one for the reader; where thousands of short rows are only to be added up, that is most of the time.
//! `at_once(a, b, ..)` is an aggregate that takes each row in one call, and answers with all of them, as bytes.

use rusqlite::{
    Connection, Error, Result, Row,
    functions::{Aggregate, Context, FunctionFlags},
    types::{FromSqlError, Value},
};

/// What [`rows`] reads.
struct AtOnce;

/// Room for the rows to begin with: four thousand of eight numbers. Grown from little, they would be copied again and again.
/// What is not used is never touched.
const ROOM: usize = 256 * 1024;

/// The rows so far; `None` once there was something else than a number among them.
type Bytes = Option<Vec<u8>>;

impl Aggregate<Bytes, Value> for AtOnce {
    fn init(&self, _: &mut Context<'_>) -> Result<Bytes> {
        Ok(Some(Vec::with_capacity(ROOM)))
    }

    fn step(&self, row: &mut Context<'_>, bytes: &mut Bytes) -> Result<()> {
        for column in 0..row.len() {
            // Told as a value and not as an error: whoever reads it must see that the file is damaged, and what a function
            // says would reach them as any other error.
            let (Some(all), Ok(number)) = (bytes.as_mut(), row.get_raw(column).as_i64()) else {
                *bytes = None;
                break;
            };
            all.extend_from_slice(&number.to_ne_bytes());
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, bytes: Option<Bytes>) -> Result<Value> {
        // `None` outside: there was no row.
        let bytes = bytes.unwrap_or_else(|| Some(Vec::new()));
        Ok(bytes.map_or(Value::Null, Value::Blob))
    }
}

/// Makes `at_once` known to a connection.
pub(super) fn teach(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
    conn.create_aggregate_function(c"at_once", -1, flags, AtOnce)
}

/// The rows that `at_once` with `N` columns answered with, as the first column of this row.
pub fn rows<'a, const N: usize>(row: &'a Row<'_>) -> Result<impl Iterator<Item = [i64; N]> + use<'a, N>> {
    let not_numbers = |error: FromSqlError| Error::FromSqlConversionFailure(0, row_type(row), Box::new(error));
    let bytes = row.get_ref(0)?.as_blob().map_err(not_numbers)?;
    let (numbers, _) = bytes.as_chunks::<8>();
    let (rows, _) = numbers.as_chunks::<N>();
    Ok(rows.iter().map(|row| row.map(i64::from_ne_bytes)))
}

fn row_type(row: &Row<'_>) -> rusqlite::types::Type {
    row.get_ref(0)
        .map_or(rusqlite::types::Type::Null, |value| value.data_type())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::SqliteError;

    fn read(conn: &Connection, source: &str) -> Result<Vec<[i64; 2]>> {
        conn.query_row(&format!("select at_once(a, b) from {source}"), [], |row| {
            Ok(rows::<2>(row)?.collect())
        })
    }

    #[test]
    fn every_row_comes_as_it_was() {
        let conn = Connection::open_in_memory().unwrap();
        teach(&conn).unwrap();
        conn.execute_batch("create table pair (a integer, b integer)").unwrap();
        assert_eq!(read(&conn, "pair").unwrap(), [[0; 2]; 0]);
        let pairs = [[1, -1], [i64::MAX, i64::MIN], [0, 7]];
        for pair in pairs {
            conn.execute("insert into pair values (?1, ?2)", pair).unwrap();
        }
        assert_eq!(read(&conn, "pair").unwrap(), pairs);
    }

    #[test]
    fn what_is_no_number_says_that_the_file_is_damaged() {
        let conn = Connection::open_in_memory().unwrap();
        teach(&conn).unwrap();
        for odd in ["'x'", "null", "1.5", "x'00'"] {
            let source = format!("(select 1 as a, 2 as b union all select 3, {odd} union all select 5, 6)");
            let error = SqliteError::from(read(&conn, &source).unwrap_err());
            assert!(error.is_corrupt(), "{odd}: {error}");
        }
    }
}
