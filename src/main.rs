//! The tablet app. In a browser the same module runs twice: in the page it opens the screens, in the Worker the
//! engine. Elsewhere it opens a window, if it was built with a renderer.

fn main() {
    run();
}

#[cfg(target_family = "wasm")]
fn run() {
    use wasm_bindgen::JsCast;
    console_error_panic_hook::set_once();
    let is_worker = js_sys::global().is_instance_of::<web_sys::DedicatedWorkerGlobalScope>();
    if is_worker {
        hailong::engine::run_worker();
    } else {
        hailong::ui::launch();
    }
}

#[cfg(all(not(target_family = "wasm"), any(feature = "desktop", feature = "mobile")))]
fn run() {
    hailong::ui::launch();
}

#[cfg(not(any(target_family = "wasm", feature = "desktop", feature = "mobile")))]
fn run() {
    println!("This build has no screens. The tablet app runs in a browser:");
    println!("  cargo xtask run      builds it, starts a demo district and prints the addresses");
    println!("  cargo xtask tablet   only builds it, into target/tablet/");
}
