//! On which days a device was heard of: what a figure can't know of, it must say.

use super::{Result, devices, figures::Scope};
use crate::domain::{hex::DeviceId, period::Period, time::LocalDay};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Notes that a device was heard of.
pub(super) fn heard(conn: &Connection, device_no: i64, now: i64) -> Result<()> {
    conn.prepare_cached("insert or ignore into contact (device_no, day) values (?1, ?2)")?
        .execute((device_no, LocalDay::of(now).0))?;
    Ok(())
}

/// Working days (Monday to Friday) of a period on which each device of a scope in use was not heard of. Today is not over
/// and does not count, nor does what was before the device's enrolment.
pub fn silent_days(
    conn: &Connection,
    scope: &Scope,
    period: Period,
    today: LocalDay,
) -> Result<BTreeMap<DeviceId, u64>> {
    let mut heard = conn.prepare_cached(
        // 1970-01-01 was a Thursday.
        "select count(*) from contact where device_no = ?1 and day >= ?2 and day < ?3 and (day + 3) % 7 < 5",
    )?;
    let mut days = BTreeMap::new();
    for device in devices::within(conn, scope)?
        .into_iter()
        .filter(|device| !device.revoked)
    {
        let from = period.first().max(LocalDay::of(device.enrolled));
        let to = period.end().min(today);
        let heard: u64 = heard.query_row((device.no, from.0, to.0), |row| row.get(0))?;
        days.insert(device.id, from.working_days_until(to).saturating_sub(heard));
    }
    Ok(days)
}
