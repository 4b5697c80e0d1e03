// One stream for all pages that are open in this browser, because it opens only six connections to a server that speaks
// HTTP/1.1. Runs once for all of them, or, where a browser cannot do that, once for each.
'use strict';

/** How long until a stream is opened again that the server has refused. */
const AGAIN_MS = 2_000;
/** Pages that come and go together change the stream once. */
const GATHER_MS = 50;
/** An address names no more pages; the ones opened last are followed. */
const MOST_PAGES = 20;

/** The address that each page in sight has asked for, by its port. */
const pages = new Map();
/** The addresses whose next state is a whole one. */
let fresh = new Set();
let source = null;
let timer;

function serve(port) {
  port.onmessage = ({ data: address }) => {
    pages.delete(port);
    if (address !== null) pages.set(port, address);
    followIn(GATHER_MS);
  };
}

function followIn(ms) {
  clearTimeout(timer);
  timer = setTimeout(follow, ms);
}

/** Opens the stream anew with the pages of now. Each of them then gets a whole state first. */
function follow() {
  source?.close();
  source = null;
  const wanted = [...new Set(pages.values())].slice(-MOST_PAGES);
  if (wanted.length === 0) return;
  const query = new URLSearchParams(wanted.map((address) => ['seite', address]));
  const stream = new EventSource(`/live?${query}`);
  source = stream;
  stream.onopen = () => {
    fresh = new Set(wanted);
    tell(wanted, { kind: 'open' });
  };
  stream.onmessage = (event) => pass(event, 'state');
  stream.addEventListener('last', (event) => leave(pass(event, 'last')));
  stream.addEventListener('problem', (event) => pass(event, 'lost'));
  stream.addEventListener('writes', ({ data }) =>
    tell(wanted, { kind: 'open', writesOff: JSON.parse(data).text }),
  );
  stream.addEventListener('ended', end);
  stream.onerror = () => {
    tell(wanted, { kind: 'lost' });
    // The browser itself reconnects a stream that broke off, unless the answer was something other than a stream.
    if (stream.readyState === EventSource.CLOSED) void tryAgain();
  };
}

/** A stream does not show why it was refused: another question does. */
async function tryAgain() {
  const answer = await fetch('/live', { redirect: 'manual' }).catch(() => null);
  if (answer?.type === 'opaqueredirect') end();
  else followIn(AGAIN_MS);
}

/** The log-in has ended: the pages are told, and ask for nothing more. */
function end() {
  source?.close();
  source = null;
  tell([...pages.values()], { kind: 'ended' });
  pages.clear();
}

/** Passes what was said of a page on to it, and returns its address. */
function pass({ data }, kind) {
  const { seite, regions } = JSON.parse(data);
  const isWhole = regions !== undefined && fresh.delete(seite);
  tell([seite], { kind, regions, isWhole });
  return seite;
}

/** Nothing more will come for this address. Its stream may end with it, and that is no loss to its pages. */
function leave(ended) {
  for (const [port, address] of pages) if (address === ended) pages.delete(port);
  followIn(GATHER_MS);
}

function tell(addresses, message) {
  for (const [port, address] of pages) if (addresses.includes(address)) port.postMessage(message);
}

if ('onconnect' in self) self.onconnect = ({ ports: [port] }) => serve(port);
else serve(self);
