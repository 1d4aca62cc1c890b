//! The words after a command: flags (`--fresh`) and options with a value (`--port 9000` or `--port=9000`).

use anyhow::{Context, Result, bail};

/// The words not yet taken.
pub struct Args(Vec<String>);

impl Args {
    /// Takes the words that follow the command's name.
    pub fn new(words: impl Iterator<Item = String>) -> Self {
        Self(words.collect())
    }

    /// Takes `name` out and says whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Takes `name VALUE` or `name=VALUE` out.
    pub fn option(&mut self, name: &str) -> Result<Option<String>> {
        let prefix = format!("{name}=");
        let Some(at) = self.0.iter().position(|word| word == name || word.starts_with(&prefix)) else {
            return Ok(None);
        };
        let word = self.0.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.0.len() {
            Ok(Some(self.0.remove(at)))
        } else {
            bail!("{name} needs a value")
        }
    }

    /// Takes the next word out, whatever it is.
    pub fn next(&mut self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// Takes a port number out.
    pub fn port(&mut self, default: u16) -> Result<u16> {
        match self.option("--port")? {
            None => Ok(default),
            Some(text) => text
                .parse()
                .with_context(|| format!("--port {text}: not a port number")),
        }
    }

    /// Everything not yet taken.
    pub fn rest(self) -> Vec<String> {
        self.0
    }

    /// Fails when a word is left that no one asked for.
    pub fn finish(&mut self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => bail!("unknown argument `{word}`; `cargo xtask help` lists them"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_and_options_are_taken_in_any_order() {
        let mut a = args("--port 9000 --fresh");
        assert!(a.flag("--fresh") && !a.flag("--fresh"));
        assert_eq!(a.port(8700).unwrap(), 9000);
        a.finish().unwrap();
        assert_eq!(args("--port=1").port(8700).unwrap(), 1);
        assert_eq!(args("").port(8700).unwrap(), 8700);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(args("--port").port(1).is_err());
        assert!(args("--port 70000").port(1).is_err());
        assert!(args("--frsh").finish().is_err());
    }
}
