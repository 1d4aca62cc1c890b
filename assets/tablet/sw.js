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

// Recorded clips come and go with the language packs, not with the app: they have a cache of their own. A clip's name is
// the hash of its bytes, so one that is kept never grows old.
const CLIPS = "clips-1";
const isClip = (request) => new URL(request.url).pathname.includes("/clips/");

async function keepClips(paths) {
  const cache = await caches.open(CLIPS);
  const wanted = new Set(paths.map((path) => new URL(path, self.registration.scope).href));
  for (const { url } of await cache.keys()) {
    if (!wanted.delete(url)) await cache.delete(url);
  }
  // One by one: a clip that can't be had keeps none of the others away; the next setup or start asks again.
  for (const url of wanted) {
    await cache.add(url).catch(() => {});
  }
}

// Safari plays sound only from a server that gives it the parts it asks for.
async function clip(request) {
  const cache = await caches.open(CLIPS);
  const whole = (await cache.match(request.url)) ?? (await fetch(request.url));
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (!range || whole.status !== 200) return whole;
  const bytes = await whole.arrayBuffer();
  const [from, to] = [Number(range[1]), Math.min(Number(range[2] || Infinity), bytes.byteLength - 1)];
  const headers = { "content-type": whole.headers.get("content-type"), "accept-ranges": "bytes" };
  if (from > to) {
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${bytes.byteLength}` } });
  }
  headers["content-range"] = `bytes ${from}-${to}/${bytes.byteLength}`;
  return new Response(bytes.slice(from, to + 1), { status: 206, headers });
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
  if (isOurs(event.request)) event.respondWith((isClip(event.request) ? clip : answer)(event.request));
});
self.addEventListener("message", (event) => {
  if (event.data?.type === "update") event.waitUntil(self.skipWaiting());
  if (event.data?.type === "clips") event.waitUntil(keepClips(event.data.clips));
});
