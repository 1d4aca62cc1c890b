//! Reading and writing beside each other: one thread asks the database, another decodes, words and compresses. What lies
//! between them is bounded, so that memory stays flat however long the table is.

use super::ExportError;
use crate::{
    store::StoreError,
    table::{TableError, Writer},
};
use std::{io::Write, ops::ControlFlow, sync::mpsc, thread};

/// Batches that may lie between the two.
const AHEAD: usize = 2;

/// Writes what `read` hands out, row by row; answers how many rows the table has. It is ended only if all was read: what
/// failed in between is no table.
pub(super) fn written<R: Send, W: Write + Send>(
    mut writer: Writer<W>,
    read: impl FnOnce(&mut dyn FnMut(Vec<R>) -> ControlFlow<()>) -> Result<(), StoreError>,
    write: impl Fn(&R, &mut Writer<W>) -> Result<(), TableError> + Send,
) -> Result<u64, ExportError> {
    thread::scope(|threads| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<R>>(AHEAD);
        let writing = threads.spawn(move || {
            for batch in receiver {
                batch.iter().try_for_each(|row| write(row, &mut writer))?;
            }
            Ok::<_, TableError>(writer)
        });
        // Nobody takes it any more: the writer failed, and says why below.
        let done = read(&mut |batch| match sender.send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        });
        drop(sender);
        let writer = writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        done?;
        Ok(writer?.finish()?)
    })
}
