// Keeps the app for offline starts and brings new versions: looked for every hour, put in only while nobody is in the
// middle of anything, and taken back by the service worker if the new one does not start.

// Milliseconds. An hour between looks; half a minute of nobody there; a start may take a minute on an old tablet.
const LOOK = 60 * 60 * 1000;
const QUIET = 30 * 1000;
const START = 60 * 1000;
// How often the two times above are compared with the clock.
const TICK = 2000;

const tell = (type) => navigator.serviceWorker?.controller?.postMessage({ type });

let reloading = false;
function reload() {
  if (reloading) return;
  reloading = true;
  location.reload();
}

// The app could not be loaded: let the version before serve, if there is one.
export const failed = () => tell("failed");

// Waits for the app's first screen. Any screen but "starting" is one: what it says is the app's business.
export async function watchTheStart() {
  const by = performance.now() + START;
  const shown = () => document.querySelector('[data-screen]:not([data-screen="starting"])');
  while (!shown()) {
    if (performance.now() > by) return failed();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  tell("started");
}

function watchForVersions(registration) {
  let looked = performance.now();
  let idleSince = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (!document.querySelector("[data-idle]")) idleSince = now;
    if (registration.waiting && now - idleSince >= QUIET) registration.waiting.postMessage({ type: "update" });
    if (now - looked >= LOOK) {
      looked = now;
      registration.update().catch(() => {});
    }
  }, TICK);
}

export async function keepForOffline() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  // A page whose version was put aside starts anew; one that had none stays: it is the version that came.
  let served = workers.controller;
  workers.addEventListener("controllerchange", () => {
    if (served) reload();
    served = workers.controller;
  });
  workers.addEventListener("message", (event) => event.data?.type === "again" && reload());
  try {
    watchForVersions(await workers.register("sw.js", { scope: "./", updateViaCache: "none" }));
  } catch (error) {
    // The app works without it while the network does; the next start tries again.
    console.warn("service worker:", error);
  }
}
