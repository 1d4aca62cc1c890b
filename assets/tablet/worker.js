// The engine: the same module as the page; main() finds that it is in a Worker. The page sends what it compiled, so
// that it is compiled once.

import init from "./hailong.js";

const compiled = await new Promise((resolve) => {
  addEventListener("message", (event) => resolve(event.data), { once: true });
});
await init({ module_or_path: compiled });
