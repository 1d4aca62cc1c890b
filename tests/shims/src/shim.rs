//! SQLite's file system interface, which is C.
//!
//! What it relies on, all of it promised by SQLite (<https://www.sqlite.org/c3ref/vfs.html>): a file structure that we
//! filled in `xOpen` comes back unchanged in every call until `xClose`, and in none after it; buffers are as long as the
//! call says; names end with a zero; a call on one file is not made by two threads at once.

use crate::{Code, Handle, Volume, locks::Shared};
use rusqlite::ffi;
use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    collections::BTreeMap,
    ffi::{CStr, c_char, c_int, c_void},
    path::Path,
    ptr, slice,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicPtr, AtomicU64, Ordering},
    },
};

/// Our openings, after SQLite's own member.
#[repr(C)]
struct OurFile {
    base: ffi::sqlite3_file,
    open: *mut Opening,
}

struct Opening {
    handle: Box<dyn Handle>,
    shared: Arc<Shared>,
    who: u64,
}

/// A piece of shared memory, at one address for as long as anybody may use it.
pub struct Region(*mut u8, usize);

// SAFETY: plain memory; SQLite orders what its threads do with it through the locks.
unsafe impl Send for Region {}

impl Region {
    fn layout(size: usize) -> Option<Layout> {
        Layout::from_size_align(size, 64).ok()
    }

    /// Zeros.
    pub fn new(size: usize) -> Option<Self> {
        let layout = Self::layout(size).filter(|layout| layout.size() > 0)?;
        // SAFETY: the layout has a size.
        let at = unsafe { alloc_zeroed(layout) };
        (!at.is_null()).then_some(Self(at, size))
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(layout) = Self::layout(self.1) {
            // SAFETY: allocated in `new` with this layout.
            unsafe { dealloc(self.0, layout) }
        }
    }
}

static BASE: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(ptr::null_mut());
static OPENINGS: AtomicU64 = AtomicU64::new(1);
static MOUNTS: Mutex<BTreeMap<String, Arc<dyn Volume>>> = Mutex::new(BTreeMap::new());

fn mounts() -> MutexGuard<'static, BTreeMap<String, Arc<dyn Volume>>> {
    MOUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(dir: &Path) -> String {
    format!("{}/", dir.display().to_string().trim_end_matches('/'))
}

pub fn mount(dir: &Path, volume: Arc<dyn Volume>) {
    install();
    mounts().insert(key(dir), volume);
}

pub fn unmount(dir: &Path) {
    mounts().remove(&key(dir));
}

/// The disk of a path, and the file's name on it.
fn find(path: &str) -> Option<(Arc<dyn Volume>, &str)> {
    let (dir, name) = path.split_at(path.rfind('/')? + 1);
    let volume = mounts().get(dir)?.clone();
    Some((volume, name))
}

/// Makes ours the default, once; it passes on what is not on a mounted disk.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite's own functions, called as documented; what we register lives for ever.
        unsafe {
            ffi::sqlite3_initialize();
            let base = ffi::sqlite3_vfs_find(ptr::null());
            BASE.store(base, Ordering::SeqCst);
            let size = c_int::try_from(size_of::<OurFile>()).unwrap_or(c_int::MAX);
            let ours = ffi::sqlite3_vfs {
                iVersion: 2,
                szOsFile: size.max((*base).szOsFile),
                pNext: ptr::null_mut(),
                zName: c"crash-disk".as_ptr(),
                xOpen: Some(open),
                xDelete: Some(delete),
                xAccess: Some(access),
                xFullPathname: Some(full_pathname),
                xSetSystemCall: None,
                xGetSystemCall: None,
                xNextSystemCall: None,
                ..*base
            };
            ffi::sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 1);
        }
    });
}

fn base() -> *mut ffi::sqlite3_vfs {
    BASE.load(Ordering::SeqCst)
}

fn code(result: Result<(), Code>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

/// # Safety
/// `name` is null or ends with a zero.
unsafe fn text<'a>(name: *const c_char) -> Option<&'a str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().ok()
}

/// # Safety
/// `file` was filled by `open`, and not closed since.
unsafe fn opening<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Opening {
    // SAFETY: the caller's promise; one thread at a time uses a file.
    unsafe { &mut *(*file.cast::<OurFile>()).open }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: a name as SQLite gives it.
    let found = unsafe { text(name) }.and_then(find);
    let Some((volume, name_here)) = found else {
        // SAFETY: the system's own file system fills the structure, which has room for it, with its own methods.
        return unsafe {
            (*base())
                .xOpen
                .map_or(ffi::SQLITE_CANTOPEN, |f| f(base(), name, file, flags, out))
        };
    };
    // SAFETY: SQLite gives us a structure of the size we asked for.
    let ours = unsafe { &mut *file.cast::<OurFile>() };
    ours.base.pMethods = ptr::null();
    let handle = match volume.open(name_here, flags & ffi::SQLITE_OPEN_CREATE != 0) {
        Ok(handle) => handle,
        Err(code) => return code,
    };
    let who = OPENINGS.fetch_add(1, Ordering::SeqCst);
    ours.open = Box::into_raw(Box::new(Opening {
        handle,
        shared: volume.shared(name_here),
        who,
    }));
    ours.base.pMethods = &METHODS;
    if !out.is_null() {
        // SAFETY: not null, so it is a place for an int.
        unsafe { *out = flags };
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: a name as SQLite gives it.
    match unsafe { text(name) }.and_then(find) {
        Some((volume, name)) => code(volume.delete(name, sync != 0)),
        // SAFETY: passed on as it came.
        None => unsafe { (*base()).xDelete.map_or(ffi::SQLITE_IOERR, |f| f(base(), name, sync)) },
    }
}

unsafe extern "C" fn access(_: *mut ffi::sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: a name as SQLite gives it.
    match unsafe { text(name) }.and_then(find) {
        Some((volume, name)) => {
            // SAFETY: a place for the answer.
            unsafe { *out = c_int::from(volume.exists(name)) };
            ffi::SQLITE_OK
        }
        // SAFETY: passed on as it came.
        None => unsafe {
            (*base())
                .xAccess
                .map_or(ffi::SQLITE_IOERR, |f| f(base(), name, flags, out))
        },
    }
}

unsafe extern "C" fn full_pathname(_: *mut ffi::sqlite3_vfs, name: *const c_char, n: c_int, out: *mut c_char) -> c_int {
    // SAFETY: a name as SQLite gives it.
    if let Some(path) = unsafe { text(name) }.filter(|path| find(path).is_some()) {
        if path.len() >= usize::try_from(n).unwrap_or(0) {
            return ffi::SQLITE_CANTOPEN;
        }
        // SAFETY: `out` has room for `n` bytes, which are more than the name and its zero.
        unsafe { ptr::copy_nonoverlapping(name, out, path.len() + 1) };
        return ffi::SQLITE_OK;
    }
    // SAFETY: passed on as it came.
    unsafe {
        (*base())
            .xFullPathname
            .map_or(ffi::SQLITE_CANTOPEN, |f| f(base(), name, n, out))
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: ours; taken out once, and SQLite does not come back with it.
    let opening = unsafe { Box::from_raw((*file.cast::<OurFile>()).open) };
    opening.shared.leave(opening.who);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, n: c_int, at: ffi::sqlite3_int64) -> c_int {
    let (n, at) = (usize::try_from(n).unwrap_or(0), u64::try_from(at).unwrap_or(0));
    // SAFETY: a buffer of `n` bytes; an open file.
    let (buf, opening) = unsafe { (slice::from_raw_parts_mut(to.cast::<u8>(), n), opening(file)) };
    match opening.handle.read(at, buf) {
        Ok(done) if done == n => ffi::SQLITE_OK,
        Ok(done) => {
            // SQLite wants the rest as zeros.
            buf[done..].fill(0);
            ffi::SQLITE_IOERR_SHORT_READ
        }
        Err(code) => code,
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    n: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    let (n, at) = (usize::try_from(n).unwrap_or(0), u64::try_from(at).unwrap_or(0));
    // SAFETY: a buffer of `n` bytes; an open file.
    let (buf, opening) = unsafe { (slice::from_raw_parts(from.cast::<u8>(), n), opening(file)) };
    code(opening.handle.write(at, buf))
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: ffi::sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    code(
        unsafe { opening(file) }
            .handle
            .truncate(u64::try_from(len).unwrap_or(0)),
    )
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    code(unsafe { opening(file) }.handle.sync())
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    match unsafe { opening(file) }.handle.size() {
        Ok(size) => {
            // SAFETY: a place for the answer.
            unsafe { *out = ffi::sqlite3_int64::try_from(size).unwrap_or(ffi::sqlite3_int64::MAX) };
            ffi::SQLITE_OK
        }
        Err(code) => code,
    }
}

fn busy(granted: bool) -> c_int {
    if granted { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    let opening = unsafe { opening(file) };
    busy(opening.shared.lock(opening.who, level))
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    let opening = unsafe { opening(file) };
    opening.shared.unlock(opening.who, level);
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file, and a place for the answer.
    unsafe { *out = c_int::from(opening(file).shared.reserved()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    // What SQLite believes of every disk on unix and on OPFS.
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file.
    let opening = unsafe { opening(file) };
    let (region, size) = (usize::try_from(region).unwrap_or(0), usize::try_from(size).unwrap_or(0));
    let at = opening
        .shared
        .map(opening.who, region, (extend != 0).then_some(size), |region| {
            region.map_or(ptr::null_mut(), |region| region.0.cast())
        });
    // SAFETY: a place for the answer.
    unsafe { *out = at };
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, first: c_int, n: c_int, flags: c_int) -> c_int {
    // SAFETY: an open file.
    let opening = unsafe { opening(file) };
    let (first, n) = (usize::try_from(first).unwrap_or(0), usize::try_from(n).unwrap_or(0));
    busy(opening.shared.shm_lock(opening.who, first, n, flags))
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: an open file.
    let opening = unsafe { opening(file) };
    opening.shared.unmap(opening.who);
    ffi::SQLITE_OK
}
