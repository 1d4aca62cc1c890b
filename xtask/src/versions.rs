//! What two manifests must agree on.

#[cfg(test)]
mod tests {
    /// The versions of a package in the lock file.
    fn locked(name: &str) -> Vec<String> {
        let lock = std::fs::read_to_string(crate::paths::root().join("Cargo.lock")).unwrap();
        let head = format!("name = \"{name}\"\nversion = \"");
        lock.split(&head)
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn wasm_bindgen_is_one_version_in_the_app_and_in_the_xtask() {
        let app = locked("wasm-bindgen");
        assert_eq!(app.len(), 1, "one wasm-bindgen in the lock file, found {app:?}");
        assert_eq!(
            app,
            locked("wasm-bindgen-cli-support"),
            "`cargo update` split the two; pin both to one version"
        );
    }
}
