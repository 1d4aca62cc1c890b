//! Checking a password and beginning a session.

use super::{
    limit::{Limiter, Wait},
    password::Password,
    policy,
    session::Token,
};
use crate::{
    platform::RandomError,
    store::{Store, StoreError, users},
};
use futures_util::FutureExt;
use std::{net::IpAddr, sync::Arc};
use tokio::sync::Semaphore;

/// Everything that signing in shares between requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SignIn {
    limiter: Arc<Limiter>,
    hashes: Arc<Semaphore>,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            limiter: Arc::default(),
            hashes: Arc::new(Semaphore::new(policy::HASHES_AT_ONCE)),
        }
    }
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Wrong name or wrong password; which one is not said.
    #[error("user name or password is wrong")]
    Wrong,
    /// Too many wrong tries.
    #[error(transparent)]
    Wait(#[from] Wait),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The server is shutting down.
    #[error("the server is closing")]
    Closing,
}

impl SignIn {
    /// Checks a password and begins a session.
    pub async fn try_in(
        &self,
        store: &Store,
        name: &str,
        password: &str,
        address: IpAddr,
        now: i64,
    ) -> Result<Token, SignInError> {
        let name = self.check(store, name, password, address, now).await?;
        self.begin(store, &name, now).await
    }

    /// Checks a password; answers the user's name as it is stored. A wrong one counts as a wrong try.
    pub async fn check(
        &self,
        store: &Store,
        name: &str,
        password: &str,
        address: IpAddr,
        now: i64,
    ) -> Result<String, SignInError> {
        // An impossible name is still a guess, counted under one key so that keys stay few.
        let name = users::user_name(name).unwrap_or_default();
        self.limiter.begin(&name, address, now).inspect_err(|wait| {
            tracing::warn!(%address, seconds = wait.seconds, "too many wrong passwords");
        })?;
        let permit = self.hashes.clone().acquire_owned().await;
        let permit = permit.map_err(|_| SignInError::Closing)?;
        let (reader, wanted, password) = (store.clone(), name.clone(), Password::typed(password));
        let right = tokio::task::spawn_blocking(move || {
            // Held until the hash is made, also if the browser is gone by then: it bounds memory.
            let _permit = permit;
            let user = reader
                .read(|conn| users::user(conn, &wanted))?
                .filter(|user| user.may_sign_in(now));
            let stored = user.map(|user| user.password);
            let right = password.matches(stored.as_deref());
            // The one moment at which the password is there to be hashed with today's parameters.
            let old = stored.filter(|stored| right && Password::is_outdated(stored));
            let renewed = old.and_then(|old| Some((old, password.hash().ok()?)));
            Ok::<_, StoreError>((right, renewed))
        });
        let (right, renewed) = right.await.map_err(|_| SignInError::Closing)??;
        if !right {
            tracing::warn!(%address, "a password was wrong");
            note_refusal(store, name, now);
            return Err(SignInError::Wrong);
        }
        self.limiter.right(&name, address);
        if let Some((old, new)) = renewed {
            let user = name.clone();
            store
                .write_async(move |tx| tx.renew_hash(&user, &old, &new, now))
                .await?;
        }
        Ok(name)
    }

    /// Begins a session of somebody whose password was right.
    pub async fn begin(&self, store: &Store, name: &str, now: i64) -> Result<Token, SignInError> {
        let (token, name) = (Token::random()?, name.to_owned());
        let hash = token.hash();
        store
            .write_async(move |tx| {
                tx.begin_session(&name, &hash, (now - policy::SESSION_MAX_SECS, policy::SESSIONS), now)
            })
            .await?;
        Ok(token)
    }
}

/// Notes a wrong password in the log. It is in the writer's queue when this returns, and nobody waits for the disk: only
/// users that exist make an entry, and the time of the answer must not tell who does.
fn note_refusal(store: &Store, name: String, now: i64) {
    let store = store.clone();
    let mut noting = Box::pin(async move {
        if let Err(error) = store.write_async(move |tx| tx.sign_in_refused(&name, now)).await {
            tracing::error!(%error, "a wrong password could not be noted in the log");
        }
    });
    if (&mut noting).now_or_never().is_none() {
        tokio::spawn(noting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::CreateOptions;
    use std::task::{Context, Waker};

    #[tokio::test]
    async fn a_browser_that_leaves_makes_no_room_for_another_hash() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("data"), CreateOptions { demo: false, now: 0 }).unwrap();
        let sign_in = SignIn::default();
        let here = IpAddr::from([127, 0, 0, 1]);
        let mut tries = Box::pin(sign_in.try_in(&store, "lan", "sai mat khau", here, 0));
        assert!(
            tries
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
        drop(tries);
        assert_eq!(sign_in.hashes.available_permits(), policy::HASHES_AT_ONCE - 1);
    }
}
