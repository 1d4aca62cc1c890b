//! What these stories share.

use hailong::store::{Store, state::State};

/// Ballots per state, from the rollups.
pub fn counts(store: &Store) -> Vec<(State, i64)> {
    store
        .read(|conn| {
            let mut rows =
                conn.prepare("select state, sum(n) from rollup where question = 0 group by state order by state")?;
            let rows = rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
            Ok(rows
                .map(|row| row.map(|(s, n)| (State::from_code(s).unwrap(), n)).unwrap())
                .collect())
        })
        .unwrap()
}

pub fn one(store: &Store, sql: &str) -> i64 {
    store
        .read(|conn| Ok(conn.query_row(sql, [], |row| row.get(0))?))
        .unwrap()
}
