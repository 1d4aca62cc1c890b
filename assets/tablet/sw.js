// Keeps the app on the tablet: with it in the cache, the app starts with no network at all.
// The build fills in the two blanks below; any changed byte names another cache, so a running version is never
// written to. A new version waits until the last page is gone, or until it is told { type: "update" }.

const CACHE = "__CACHE__";
const FILES = __FILES__;
const PAGE = "./";
const PREFIX = "hailong-";

// All or nothing. A cache left behind half full would be no cache at all.
async function install() {
  const requests = [PAGE, ...FILES].map((path) => new Request(path, { cache: "no-cache" }));
  try {
    const cache = await caches.open(CACHE);
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// Cache first. A page is the same page whatever its query or fragment says (the code is in there).
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === "navigate" ? PAGE : request);
  return kept ?? fetch(request);
}

function isOurs(request) {
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  return (
    request.method === "GET" &&
    url.origin === scope.origin &&
    url.pathname.startsWith(scope.pathname) &&
    !url.pathname.includes("/api/")
  );
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  if (isOurs(event.request)) event.respondWith(answer(event.request));
});
self.addEventListener("message", (event) => {
  if (event.data?.type === "update") event.waitUntil(self.skipWaiting());
});
