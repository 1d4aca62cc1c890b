//! Who may see the admin pages: passwords, sessions, forms that are really ours, and how often one may guess.
//!
//! A password is checked by [`SignIn::try_in`], a request by [`Visitor`] (an extractor). Users and sessions are rows of
//! the store; what happened is in its log, without secrets. Roles and rights of single units are not here yet: whoever
//! may sign in is an administrator of this server.

pub mod limit;
pub mod password;
pub mod policy;
pub mod session;
mod sign_in;
mod visitor;

pub use sign_in::{SignIn, SignInError};
pub use visitor::{Form, Gate, Visitor, from_here, secure_cookies};

use crate::store::{Store, StoreError};
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
    let password = add_user(store, FIRST_ADMIN, now)?;
    Ok((FIRST_ADMIN.to_owned(), password))
}

/// Adds a user with a random password, which is answered once.
pub fn add_user(store: &Store, name: &str, now: i64) -> Result<String, UserError> {
    let password = Password::random()?;
    let (name, hash) = (name.to_owned(), password.hash()?);
    store.write(move |tx| tx.add_user(&name, &hash, now))?;
    Ok(password.reveal().to_owned())
}

/// Gives a user another random password, which is answered once, and ends their sessions.
pub fn reset_password(store: &Store, name: &str, now: i64) -> Result<String, UserError> {
    let password = Password::random()?;
    let (name, hash) = (name.to_owned(), password.hash()?);
    store.write(move |tx| tx.set_password(&name, &hash, now))?;
    Ok(password.reveal().to_owned())
}
