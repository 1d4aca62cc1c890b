//! The numbers of signing in, each with its unit and its reason.

/// A session ends after this long without a page, in seconds: an office PC is left alone over lunch.
pub const SESSION_IDLE_SECS: i64 = 2 * 3600;
/// A session ends after this long whatever happens, in seconds: one working day.
pub const SESSION_MAX_SECS: i64 = 12 * 3600;
/// A session's last use is written at most this often, in seconds: a page view must not cost an fsync.
pub const SESSION_TOUCH_SECS: i64 = 300;

/// Browsers that one user is signed in with at most; the one that began first ends: desk, meeting room, phone, and again.
pub const SESSIONS: u32 = 8;

/// argon2id: memory in KiB, passes, lanes (OWASP's first choice for 19 MiB; 27 ms here).
pub const ARGON2: (u32, u32, u32) = (19_456, 2, 1);
/// Sign-ins that wait for their hash on the server's threads at once; the hashes are made one after the other, on one
/// thread, in 19 MiB of memory, and leave the ballots their processor.
pub const HASHES_AT_ONCE: usize = 4;
/// Characters of a made password: Crockford base32, so 80 bits.
pub const PASSWORD_CHARS: usize = 16;
/// Shortest password that a person may choose, in characters.
pub const PASSWORD_MIN: usize = 12;
/// What a chosen password must have beside well-known words, rows of keys, runs, years and its user's name, in
/// characters: six letters of anything else are more than the lists of guesses carry.
pub const PASSWORD_OWN: usize = 6;
/// Longest, in bytes: bounds the work of a hash.
pub const PASSWORD_MAX: usize = 200;

/// Wrong tries of one user from one address before waiting begins.
pub const TRIES_USER: u32 = 5;
/// Wrong tries of one user from all addresses before everybody waits: guessing from many addresses must not pay.
pub const TRIES_USER_ANYWHERE: u32 = 60;
/// Wrong tries from one address before waiting begins; an office often shares one address.
pub const TRIES_ADDRESS: u32 = 15;
/// First wait in seconds; it doubles with each further wrong try.
pub const WAIT_FIRST_SECS: i64 = 15;
/// Longest wait in seconds: someone who tries on purpose must not lock a commune out for a day.
pub const WAIT_CAP_SECS: i64 = 900;
/// A key without wrong tries for this long is forgotten, in seconds.
pub const TRIES_FORGOTTEN_SECS: i64 = 3600;
/// Keys remembered at most: bounds memory under attack.
pub const TRIES_KEYS: usize = 20_000;
