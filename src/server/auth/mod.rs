//! Who may see the admin pages: passwords, sessions, forms that are really ours, and how often one may guess.
//!
//! A password is checked by [`SignIn::try_in`], a request by [`Gate::let_in`]: who is it, may they do this
//! ([`permission`]), and is every id they send one of their unit's. Users and sessions are rows of the store; what
//! happened is in its log, without secrets.

mod gate;
mod hasher;
pub mod limit;
pub mod password;
pub mod permission;
pub mod policy;
pub mod session;
mod sign_in;
mod visitor;
mod weak;

pub use gate::{Gate, Stop};
pub use sign_in::{SignIn, SignInError};
pub use visitor::{Form, Visitor, from_here, secure_cookies, token_sent};

use crate::store::{
    Store, StoreError,
    users::{Access, NewPassword},
};
use password::{Password, PasswordError};

/// Name of the first user.
pub const FIRST_ADMIN: &str = "quantri";

/// Why a user could not be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UserError {
    /// Whether trying the same again can't help.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Password(error) => error.is_permanent(),
            Self::Store(error) => error.is_permanent(),
        }
    }
}

/// Makes the first administrator: user name and password, to be shown once and kept nowhere.
pub fn create_first_admin(store: &Store, now: i64) -> Result<(String, String), UserError> {
    let password = add_user(store, FIRST_ADMIN, Access::SYSTEM, now)?;
    Ok((FIRST_ADMIN.to_owned(), password))
}

/// Adds a user with a random password, which is answered once. On the command line: whoever runs it hands it over.
pub fn add_user(store: &Store, name: &str, access: Access, now: i64) -> Result<String, UserError> {
    let (name, (shown, password)) = (name.to_owned(), made(false)?);
    store.write(move |tx| tx.by(COMMAND_LINE).add_user(&name, &access, &password, now))?;
    Ok(shown)
}

/// Gives a user another random password, which is answered once, and ends their sessions.
pub fn reset_password(store: &Store, name: &str, now: i64) -> Result<String, UserError> {
    let (name, (shown, password)) = (name.to_owned(), made(false)?);
    store.write(move |tx| tx.by(COMMAND_LINE).set_password(&name, &password, now))?;
    Ok(shown)
}

/// Whose doing it is when nobody signed in.
pub const COMMAND_LINE: &str = "command line";

/// A random password: as it is shown, and as it is stored. `must_change`: whoever sees it is not its user. Takes about
/// 30 ms.
pub fn made(must_change: bool) -> Result<(String, NewPassword), PasswordError> {
    let password = Password::random()?;
    let hash = password.hash()?;
    Ok((password.reveal().to_owned(), NewPassword { hash, must_change }))
}
