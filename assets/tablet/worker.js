// The engine: the same module as the page; main() finds that it is in a Worker.

import init from "./hailong.js";

await init();
