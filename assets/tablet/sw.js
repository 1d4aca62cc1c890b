// Keeps the app on the tablet: with it in the cache, the app starts with no network at all.
// The build fills in the two blanks below; any changed byte names another cache, so a running version is never
// written to. Each file is kept only if it is the one that was built (its SHA-256). A new version waits until the last
// page is gone, or until an idle page says { type: "update" }; the old one is kept until the new one has started.

const CACHE = "__CACHE__";
const FILES = __FILES__;
const PAGE = "./";
const PREFIX = "hailong-";
// Which older version serves because this one did not start.
const FALLBACK = "fallback";

const address = (path) => new URL(path, self.registration.scope).href;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Fetches a file; the answer, and whether it is the file that was built.
async function load(path) {
  const response = await fetch(new Request(address(path), { cache: "no-cache" }));
  const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  return { response, right: response.ok && hex(digest) === FILES[path] };
}

async function keep(cache, path, response) {
  if (path === "index.html") await cache.put(address(PAGE), response.clone());
  await cache.put(address(path), response);
}

// All or nothing. A cache left behind half full would be no cache at all.
async function install() {
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(
      Object.keys(FILES).map(async (path) => {
        const { response, right } = await load(path);
        if (!right) throw new Error(`${path} is not the file of this version`);
        await keep(cache, path, response);
      }),
    );
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

// The version that serves: this one, unless it failed to start and an older one is still there.
let serving;
async function decide() {
  if (!(await caches.has(FALLBACK))) return CACHE;
  const mark = await (await caches.open(FALLBACK)).match(address(FALLBACK));
  const { instead, of } = (await mark?.json()) ?? {};
  return of === CACHE && instead && (await caches.has(instead)) ? instead : CACHE;
}
const version = () => (serving ??= decide());

const older = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);

// A version started: what is older may go, and holes in its cache are filled.
async function started() {
  if ((await version()) !== CACHE) return;
  await Promise.all([caches.delete(FALLBACK), ...(await older()).map((name) => caches.delete(name))]);
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  const missing = Object.keys(FILES).filter((path) => !kept.has(address(path)));
  if (!kept.has(address(PAGE)) && !missing.includes("index.html")) missing.push("index.html");
  await Promise.all(missing.map((path) => mend(cache, path).catch(() => {})));
}

// This version did not start: the newest older one serves again, until another version comes.
async function failed(page) {
  if ((await version()) !== CACHE) return;
  const instead = (await older()).pop();
  if (!instead) return;
  const mark = await caches.open(FALLBACK);
  await mark.put(address(FALLBACK), new Response(JSON.stringify({ instead, of: CACHE })));
  serving = Promise.resolve(instead);
  page?.postMessage({ type: "again" });
}

// A file that the browser lost. One of another version is handed on, but never kept.
async function mend(cache, path) {
  const { response, right } = await load(path);
  if (right) await keep(cache, path, response.clone());
  return response;
}

// Cache first. A page is the same page whatever its query or fragment says (the code is in there).
async function answer(request) {
  const name = await version();
  const cache = await caches.open(name);
  const wanted = request.mode === "navigate" ? address(PAGE) : request.url;
  const kept = await cache.match(wanted);
  if (kept) return kept;
  const path = wanted === address(PAGE) ? "index.html" : wanted.slice(self.registration.scope.length);
  return name === CACHE && path in FILES ? mend(cache, path) : fetch(request);
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
  return request.method === "GET" && url.href.startsWith(self.registration.scope) && !url.pathname.includes("/api/");
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (isOurs(event.request)) event.respondWith((isClip(event.request) ? clip : answer)(event.request));
});
self.addEventListener("message", (event) => {
  const todo = {
    update: () => self.skipWaiting(),
    started,
    failed: () => failed(event.source),
    clips: () => keepClips(event.data.clips),
  }[event.data?.type];
  if (todo) event.waitUntil(todo());
});
