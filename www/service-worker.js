// Keeps the page on the device, so that it works without the network, and isolates it where its host does not.
//
// One build of the page is one version: the list below, written by `cargo xtask build`, names each of its files and
// what is in them. A version is served as a whole or not at all:
// - as long as not all of its files are kept, everything comes from the network;
// - once they are, everything comes from the device, and what is missing there must be what the list says.
// Lessons and models are no part of a version: whoever hosts the page may add some. They come from the network as long
// as there is one. A new version is kept completely before it may follow, and follows when no page of the old one is open.
//
// It leaves to the page when to ask for that (index.html), and to the worker the models that come from elsewhere.

const BUILD = __BUILD__; // {version, files: {path: SHA-256}, offered: [path]}

const SCOPE = self.registration.scope;
// Other pages of the same host have caches too: the scope tells them apart.
const PAGES = `zeroshot page ${SCOPE} `;
const PAGE = PAGES + BUILD.version;
// What the host offers besides.
const OFFERED = `zeroshot offered ${SCOPE}`;
// Written last. Holds the list of its version.
const COMPLETE = `${SCOPE}?complete`;

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep().catch(() => {}));
  if (event.data === "renew") event.waitUntil(renew());
  if (event.data === "follow") event.waitUntil(self.skipWaiting());
});

async function install() {
  const older = await completeVersions();
  if (older.length === 0) {
    // Nothing to be mixed with. The page asks for its files to be kept once it has loaded.
    await self.skipWaiting();
  } else {
    await keep();
  }
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PAGES) && name !== PAGE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// Lets a version that waits follow, if no other page would be left with files of two versions.
async function renew() {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.length === 1) self.registration.waiting?.postMessage("follow");
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  address.search = address.hash = "";
  const ours = address.href.startsWith(SCOPE) && request.method === "GET";
  // Part of a file is nothing to keep, and what the worker keeps itself it asks not to be stored.
  if (!ours || request.headers.has("Range") || request.cache === "no-store") return;
  const path = address.href.slice(SCOPE.length) || "index.html";
  if (path in BUILD.files) {
    event.respondWith(ofThisVersion(path, request));
  } else if (/^(lessons|models)\//.test(path)) {
    event.respondWith(offered(event));
  } else {
    event.respondWith(fetch(request).then(isolated));
  }
});

async function ofThisVersion(path, request) {
  if (!(await isComplete())) return isolated(await fetch(request));
  const cache = await caches.open(PAGE);
  const kept = await cache.match(SCOPE + path);
  if (kept) return kept;
  const response = await fetchListed(path);
  await cache.put(SCOPE + path, response.clone()).catch(() => {});
  return response;
}

// A lesson, a model besides the built-in one, or the list of either: as fresh as the host has it, and kept once it was
// fetched.
async function offered(event) {
  const { request } = event;
  const cache = await caches.open(OFFERED);
  const kept = await cache.match(request.url);
  const headers = new Headers(request.headers);
  const etag = kept?.headers.get("ETag");
  const modified = kept?.headers.get("Last-Modified");
  if (etag) headers.set("If-None-Match", etag);
  else if (modified) headers.set("If-Modified-Since", modified);
  const asked = etag || modified ? { cache: "no-store" } : {};
  let response;
  try {
    response = await fetch(request.url, { headers, signal: request.signal, ...asked });
  } catch (error) {
    if (kept && !request.signal.aborted) return kept;
    throw error;
  }
  if (response.status === 304 && kept) return kept;
  response = isolated(response);
  if (response.status === 200) {
    // Where there is no room, or the transfer breaks off, it is simply not kept.
    event.waitUntil(cache.put(request.url, response.clone()).catch(() => {}));
  }
  return response;
}

let complete = false;

async function isComplete() {
  // What was complete once stays so, unless the visitor deletes everything.
  complete ||= (await caches.has(PAGE)) && !!(await (await caches.open(PAGE)).match(COMPLETE));
  return complete;
}

// The versions that are kept as a whole: their caches, and what is in them.
async function completeVersions() {
  const versions = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const cache = await caches.open(name);
    const list = await cache.match(COMPLETE);
    if (list) versions.push({ cache, files: (await list.json()).files });
  }
  return versions;
}

let keeping;

// Keeps every file of this version that this device needs.
function keep() {
  keeping ??= keepAll().finally(() => (keeping = undefined));
  return keeping;
}

async function keepAll() {
  if (await isComplete()) return;
  const older = await completeVersions();
  const cache = await caches.open(PAGE);
  // The page comes first: where the host has another version already, it is the first to differ.
  const paths = Object.keys(BUILD.files).filter(isNeeded);
  paths.sort((a, b) => (b === "index.html") - (a === "index.html"));
  for (const path of paths) {
    if (await cache.match(SCOPE + path)) continue;
    const same = older.find(({ files }) => files[path] === BUILD.files[path]);
    const kept = await same?.cache.match(SCOPE + path);
    await cache.put(SCOPE + path, kept ?? (await fetchListed(path)));
  }
  await keepOffered();
  await cache.put(COMPLETE, new Response(JSON.stringify(BUILD)));
}

// Keeps what the host offered when the page was built. What it has taken away since is not missed.
async function keepOffered() {
  const cache = await caches.open(OFFERED);
  for (const path of BUILD.offered) {
    if (!(await cache.match(SCOPE + path))) await cache.add(SCOPE + path).catch(() => {});
  }
}

// Fetches a file of the list; an error where the host has another one.
async function fetchListed(path) {
  // Some hosts lead from the file's name to the folder's.
  const address = path === "index.html" ? SCOPE : SCOPE + path;
  for (const cache of ["no-cache", "reload"]) {
    const response = await fetch(address, { cache });
    if (!response.ok) continue;
    const bytes = await response.arrayBuffer();
    if ((await sha256(bytes)) !== BUILD.files[path]) continue;
    const headers = { ...ISOLATION, "Content-Length": bytes.byteLength };
    const type = response.headers.get("Content-Type");
    if (type) headers["Content-Type"] = type;
    return new Response(bytes, { headers });
  }
  throw new Error(`${path} is not there as version ${BUILD.version} has it`);
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The same response with the headers of an isolated page, where its host has not sent them.
function isolated(response) {
  // What cannot be read cannot be copied: redirections, which the browser follows by itself, and errors.
  if (response.status === 0 || response.headers.has("Cross-Origin-Embedder-Policy")) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

// The smallest module with an instruction of relaxed SIMD.
const RELAXED = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
];

const WORKER = /^zeroshot-worker-(simd|relaxed|threads)-/;

// Of the builds of the worker a device uses those with relaxed SIMD, or the one without.
function isNeeded(path) {
  const build = (path) => WORKER.exec(path)?.[1];
  const isRelaxed = (path) => ["relaxed", "threads"].includes(build(path));
  const offered = Object.keys(BUILD.files).some(isRelaxed);
  return !build(path) || isRelaxed(path) === (offered && WebAssembly.validate(new Uint8Array(RELAXED)));
}
