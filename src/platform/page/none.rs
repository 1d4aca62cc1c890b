//! No page: a window of our own.

use super::{Life, Said};

/// The code in the address, if it was opened with one.
pub fn code_in_address() -> Option<String> {
    None
}

/// Where to read what this page is a preview of. A window is none.
pub fn preview_address() -> Option<String> {
    None
}

/// What stands at an address of the district.
pub async fn fetch_page(_url: &str) -> Option<Vec<u8>> {
    None
}

/// Takes the code out of the address and the history.
pub fn forget_address() {}

/// Whether this is a plain tab on an iPad or iPhone, whose storage the Home Screen app does not share.
pub fn is_plain_apple_tab() -> bool {
    false
}

/// Makes an app installed from this page start with the code.
pub fn install_with_code(_code: &str) {}

/// Loads the page anew.
pub fn reload() {}

/// Says what language the document is in.
pub fn set_language(_tag: &str) {}

/// Puts the focus on the heading of the screen, or on its dialog.
pub fn focus_heading() {}

/// Takes the focus and the selection from wherever they are and shows the top.
pub fn leave_nothing() {}

/// Calls when the page is hidden and when it is shown again.
pub fn on_life(_call: impl Fn(Life) + 'static) {}

/// Asks the system to keep the screen on; again whenever the page becomes visible.
pub fn keep_awake() {}

/// Asks the system to keep the files for good.
pub fn ask_to_persist() {}

/// Whether the app fills the screen, as it should on a counter. A window of our own does.
pub fn is_kiosk() -> bool {
    true
}

/// Calls when that may have changed.
pub fn on_kiosk_change(_call: impl Fn() + 'static) {}

/// Fills the screen, as far as the system lets us.
pub fn full_screen() {}

/// Whether the address asks for the self-test.
pub fn wants_self_test() -> bool {
    false
}

/// What the page can tell of itself: name and whether it is in order.
pub async fn self_test() -> Vec<(&'static str, bool)> {
    Vec::new()
}

/// The languages the device has a voice for: the first part of their tags, each once.
pub fn voices() -> Vec<String> {
    Vec::new()
}

/// Calls when the voices of the device have become known.
pub fn on_voices(_call: impl Fn() + 'static) {}

/// Says the texts one after the other, each by its clip, else by a voice of its language.
pub fn speak(_texts: Vec<Said>) {}

/// Keeps these clips for when there is no network, and no others.
pub fn keep_clips(_clips: &[String]) {}

/// Stops saying anything.
pub fn hush() {}

/// Calls when Ctrl+Alt+O is pressed.
pub fn on_operator_keys(_call: impl Fn() + 'static) {}

/// Lets the browser save a file; its bytes are hex digits.
pub fn save_file(_name: &str, _hex: &str) {}

/// The text of the file that was chosen in an input element; `None` if there is none or it can't be read.
pub async fn read_file(_input: &str, _limit: usize) -> Option<String> {
    None
}

/// Plays a short tone.
pub fn beep() {}
