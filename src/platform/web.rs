//! The platform in a browser: page and Worker.

use super::StorageError;
use js_sys::{Function, Promise, Reflect};
use sqlite_wasm_rs::vfs::VfsFilesManager;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfg, OpfsSAHPoolUtil, install};
use std::{
    cell::RefCell,
    future::Future,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// One window at a time has the storage.
const LOCK_NAME: &str = "hailong";
/// Tries for the storage after the page before was closed: handles were seen to come free within 150 ms.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(150);

/// Time since the page or Worker started; unlike the wall clock it never jumps.
pub fn monotonic() -> Duration {
    let performance = global("performance").and_then(|p| p.dyn_into::<web_sys::Performance>().ok());
    Duration::from_micros((performance.map_or(0.0, |p| p.now()) * 1000.0) as u64)
}

/// Waits. Works in a page and in a Worker.
pub async fn sleep(duration: Duration) {
    // Longer timers overflow and fire at once.
    let millis = duration.as_millis().min(i32::MAX as u128) as f64;
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(set_timeout) = global("setTimeout").and_then(|f| f.dyn_into::<Function>().ok()) {
            let wake = Closure::once_into_js(move || {
                let _ = resolve.call0(&JsValue::NULL);
            });
            let _ = set_timeout.call2(&js_sys::global(), &wake, &JsValue::from_f64(millis));
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Runs a future beside the caller.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}

pub(super) fn global(name: &str) -> Option<JsValue> {
    Reflect::get(&js_sys::global(), &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined())
}

/// The origin this page or Worker was loaded from: the district.
pub fn district_url() -> String {
    let origin = global("location").and_then(|l| Reflect::get(&l, &JsValue::from_str("origin")).ok());
    origin.and_then(|o| o.as_string()).unwrap_or_default()
}

/// Files in OPFS have no folder.
pub fn data_dir() -> PathBuf {
    PathBuf::new()
}

/// The pool of OPFS handles, and the lock that keeps a second window out.
pub struct Storage {
    pool: OpfsSAHPoolUtil,
    unlock: Function,
}

impl Storage {
    /// Takes the lock, then the handles. A page that is just closing may still have them: bounded retries.
    pub async fn acquire(_dir: &Path) -> Result<Self, StorageError> {
        if !has_access_handles() {
            return Err(StorageError::NotSupported);
        }
        let mut unlock = lock().await?;
        for _ in 0..TRIES {
            if unlock.is_some() {
                break;
            }
            sleep(PAUSE).await;
            unlock = lock().await?;
        }
        let unlock = unlock.ok_or(StorageError::InUse)?;
        let mut last = StorageError::InUse;
        for _ in 0..TRIES {
            match open_pool().await {
                Ok(pool) => return Ok(Self { pool, unlock }),
                Err(error) => last = error,
            }
            sleep(PAUSE).await;
        }
        let _ = unlock.call0(&JsValue::NULL);
        Err(last)
    }

    /// Names in the pool are plain.
    pub fn dir(&self) -> &Path {
        Path::new("")
    }

    /// Asks the browser to keep our storage, and says what it answered.
    pub async fn persisted(&self) -> Option<bool> {
        let storage = Reflect::get(&global("navigator")?, &JsValue::from_str("storage")).ok()?;
        let call = |name: &str| -> Option<Promise> {
            let method = Reflect::get(&storage, &JsValue::from_str(name))
                .ok()?
                .dyn_into::<Function>()
                .ok()?;
            method.call0(&storage).ok()?.dyn_into().ok()
        };
        // `persist` may be missing in a Worker; the page asks too, `persisted` tells the result.
        if let Some(asked) = call("persist") {
            let _ = JsFuture::from(asked).await;
        }
        JsFuture::from(call("persisted")?).await.ok()?.as_bool()
    }

    /// Deletes the tablet's files, which must be closed.
    pub fn wipe(&self) -> Result<(), StorageError> {
        let denied = |error: OpfsSAHError| StorageError::Denied(error.to_string());
        self.pool.clear().map_err(denied)
    }

    /// Lets go of handles and lock. The files must be closed.
    pub async fn release(self) {
        let _ = self.pool.pause();
        let _ = self.unlock.call0(&JsValue::NULL);
    }
}

fn has_access_handles() -> bool {
    global("FileSystemFileHandle")
        .and_then(|class| Reflect::get(&class, &JsValue::from_str("prototype")).ok())
        .and_then(|prototype| Reflect::has(&prototype, &JsValue::from_str("createSyncAccessHandle")).ok())
        .unwrap_or(false)
}

async fn open_pool() -> Result<OpfsSAHPoolUtil, StorageError> {
    let failed = |error: OpfsSAHError| match error {
        OpfsSAHError::NotSupported => StorageError::NotSupported,
        OpfsSAHError::Opfs { ref value, .. } if name_of(value) == "NoModificationAllowedError" => StorageError::InUse,
        other => StorageError::Denied(other.to_string()),
    };
    let pool = install::<sqlite_wasm_rs::WasmOsCallback>(&OpfsSAHPoolCfg::default(), true)
        .await
        .map_err(failed)?;
    if pool.is_paused() {
        pool.resume().await.map_err(failed)?;
    }
    // Damaged files stay; a new one and its journal must always find a place.
    let files = pool.len().map_err(failed)?;
    pool.ensure_capacity(files + 6).await.map_err(failed)?;
    Ok(pool)
}

fn name_of(error: &JsValue) -> String {
    Reflect::get(error, &JsValue::from_str("name"))
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}

/// Asks for the Web Lock once. The function given back releases it; `None`: another window has it.
async fn lock() -> Result<Option<Function>, StorageError> {
    let locks = global("navigator").and_then(|n| Reflect::get(&n, &JsValue::from_str("locks")).ok());
    // By name: web-sys has Web Locks behind an unstable flag only.
    let request = locks
        .as_ref()
        .and_then(|l| Reflect::get(l, &JsValue::from_str("request")).ok()?.dyn_into().ok());
    let (Some(locks), Some(request)): (_, Option<Function>) = (locks, request) else {
        return Err(StorageError::NotSupported);
    };
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::TRUE);
    let answer: Rc<RefCell<Option<Option<Function>>>> = Rc::default();
    let to_answer = answer.clone();
    let granted = Promise::new(&mut |tell, _| {
        let to_answer = to_answer.clone();
        let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                *to_answer.borrow_mut() = Some(None);
                let _ = tell.call0(&JsValue::NULL);
                return JsValue::UNDEFINED;
            }
            // The lock is held until this promise resolves.
            let held = Promise::new(&mut |release, _| *to_answer.borrow_mut() = Some(Some(release)));
            let _ = tell.call0(&JsValue::NULL);
            held.into()
        });
        let _ = request.call3(&locks, &JsValue::from_str(LOCK_NAME), &options, &callback);
    });
    JsFuture::from(granted)
        .await
        .map_err(|_| StorageError::Denied("lock".into()))?;
    answer.borrow_mut().take().ok_or(StorageError::Denied("lock".into()))
}
