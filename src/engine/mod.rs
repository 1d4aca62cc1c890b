//! Runs the queue and the sending off the screens' thread: a thread natively, a dedicated Worker on the web.

pub mod message;
