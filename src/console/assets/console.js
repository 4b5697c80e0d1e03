// What JavaScript adds to a page. Every form and every link works without it.
'use strict';

document.documentElement.classList.add('js');

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** So long before its end a log-in is spoken of. */
const WARN_MS = 2 * MINUTE_MS;

/** Brings a region up to date: creates, changes, moves or removes it. */
function apply({ id, html, into, before }) {
  const present = document.getElementById(id);
  if (!html) return present?.remove();
  const parent = document.getElementById(into);
  const template = document.createElement('template');
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (!parent || !fresh) return;
  if (present) become(present, fresh);
  if (present?.parentElement !== parent) {
    parent.insertBefore(present ?? fresh, document.getElementById(before));
  }
}

/**
 * Makes an element equal to a fresh one, and leaves alone everything that is already equal. So the focus stays, and so
 * does what a person has typed or opened, and a screen reader does not read anything twice.
 */
function become(present, fresh) {
  for (const { name } of [...present.attributes]) {
    if (!fresh.hasAttribute(name) && !isOfPerson(present, name)) present.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (present.getAttribute(name) !== value && !isOfPerson(present, name)) present.setAttribute(name, value);
  }
  if (!isOfPerson(present, 'children')) becomeChildren(present, fresh);
}

/** Matches children that have an id by it, wherever they stand, and all others by their position. */
function becomeChildren(present, fresh) {
  const wanted = new Set([...fresh.children].map(({ id }) => id));
  for (const child of [...present.children]) if (child.id && !wanted.has(child.id)) child.remove();
  const { length } = fresh.childNodes;
  [...fresh.childNodes].forEach((node, index) => {
    const there = present.childNodes[index] ?? null;
    const known = node.id ? [...present.children].find(({ id }) => id === node.id) : there;
    if (!known || (known.id ?? '') !== (node.id ?? '')) present.insertBefore(node, there);
    else if (known.nodeName !== node.nodeName) known.replaceWith(node);
    else {
      if (known !== there) present.insertBefore(known, there);
      if (node.nodeType === document.ELEMENT_NODE) become(known, node);
      else if (known.data !== node.data) known.data = node.data;
    }
  });
  for (const node of [...present.childNodes].slice(length)) node.remove();
}

/** Whether a part of an element holds what a person has typed, ticked or opened. */
function isOfPerson(element, part) {
  if (element.tagName === 'DETAILS') return part === 'open';
  if (element.tagName === 'TEXTAREA') return part === 'children' && !element.readOnly;
  if (element.tagName !== 'INPUT' || element.type === 'hidden' || element.readOnly) return false;
  return part === 'checked' || (part === 'value' && !['checkbox', 'radio'].includes(element.type));
}

const { live } = document.body.dataset;
/** Nothing on this page will change any more. */
let isOver = false;
/** The way to the stream that all pages of this browser share. */
let stream = null;

/** Has the page kept up to date while a person can see it. */
function follow() {
  if (!live || isOver) return;
  stream ??= openStream();
  stream.postMessage(document.hidden ? null : live);
}

function openStream() {
  const path = '/assets/streams.js';
  const port = window.SharedWorker ? new SharedWorker(path).port : new Worker(path);
  port.onmessage = ({ data }) => hear(data);
  return port;
}

function hear({ kind, regions, isWhole, writesOff }) {
  document.getElementById('offline').hidden = kind !== 'lost';
  if (regions) update(regions, isWhole);
  if (writesOff !== undefined) sayWhetherWritten(writesOff);
  if (kind === 'ended') endSession();
  isOver ||= kind === 'last';
}

/** `text`: that nothing is written now, who has switched it off and why. */
function sayWhetherWritten(text) {
  const line = document.getElementById('schreiben');
  line.textContent = text ?? '';
  line.hidden = text === null;
}

/**
 * Applies the regions from the last to the first, so that the one that each stands before is already there. The first
 * state of a stream is whole: what it does not name has gone meanwhile.
 */
function update(regions, isWhole) {
  const focused = document.activeElement;
  const typed = typedTexts();
  if (isWhole) {
    const named = new Set(regions.map(({ id }) => id));
    for (const region of document.querySelectorAll('[data-regions] > *')) {
      if (!named.has(region.id)) region.remove();
    }
  }
  for (const region of regions.reverse()) apply(region);
  keepTyped(typed);
  // If the element with the focus is gone, a person at the keyboard goes on at the state of the case.
  if (!focused.isConnected) document.getElementById('stand')?.focus();
  else if (focused !== document.activeElement) focused.focus();
  countDown();
}

/** The fields that hold what a person has typed. */
function typedTexts() {
  const fields = document.querySelectorAll(
    '[data-regions] :is(textarea, input:not([type]), input[type=text])',
  );
  return [...fields].filter(
    (field) => !field.readOnly && field.value.trim() !== '' && field.value !== field.defaultValue,
  );
}

/** A form that has become impossible goes. What was typed in it stays, where it can be read and copied. */
function keepTyped(fields) {
  for (const field of fields.filter(({ isConnected }) => !isConnected)) {
    const kept = document.getElementById('geschrieben');
    const text = document.createElement('textarea');
    text.readOnly = true;
    text.value = field.value;
    text.setAttribute('aria-label', 'Ihr Text');
    kept.append(text);
    kept.hidden = false;
  }
}

// --- the end of the log-in ---

const sessionEnd = document.getElementById('sitzung');
/** What one page learns of the log-in, all others of this browser do. */
const otherPages = sessionEnd && window.BroadcastChannel ? new BroadcastChannel('absage-sitzung') : null;
let sessionEndsAtMs = Infinity;
let hasSessionEnded = false;

function setSessionEnd(endsInMs) {
  sessionEndsAtMs = Date.now() + endsInMs;
  sessionEnd.querySelector('[data-until]').dataset.until = new Date(sessionEndsAtMs).toISOString();
  countDown();
}

function watchSession() {
  if (!sessionEnd || hasSessionEnded) return;
  const leftMs = sessionEndsAtMs - Date.now();
  if (leftMs <= 0) endSession();
  else sessionEnd.hidden = leftMs > WARN_MS;
}

function endSession() {
  if (!sessionEnd) return;
  hasSessionEnded = true;
  sessionEnd.hidden = false;
  for (const part of sessionEnd.querySelectorAll('[data-before]')) part.hidden = true;
  sessionEnd.querySelector('[data-after]').hidden = false;
}

/** Stays logged in without leaving the page, and what is typed there. */
async function extendSession(form) {
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok || answer.redirected) return endSession();
  const { endsInMs } = await answer.json();
  setSessionEnd(endsInMs);
  otherPages?.postMessage(endsInMs);
}

if (sessionEnd) {
  const endsInMs = Number(sessionEnd.dataset.endsIn);
  setSessionEnd(endsInMs);
  otherPages?.postMessage(endsInMs);
  if (otherPages) otherPages.onmessage = ({ data }) => setSessionEnd(data);
  sessionEnd.querySelector('form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    void extendSession(event.target);
  });
}

/** `noch 14 Minuten`, and seconds in the last two. */
function countDown() {
  for (const element of document.querySelectorAll('[data-until]')) {
    const leftMs = Date.parse(element.dataset.until) - Date.now();
    element.textContent = leftMs <= 0 ? 'gleich' : `noch ${describe(leftMs)}`;
  }
  watchSession();
}

function describe(ms) {
  if (ms > 2 * MINUTE_MS) return `${Math.ceil(ms / MINUTE_MS)} Minuten`;
  const seconds = Math.ceil(ms / SECOND_MS);
  return seconds === 1 ? '1 Sekunde' : `${seconds} Sekunden`;
}

/** Stands between the clerk's words and the text that was in the memo before. */
const BLANK_LINE = '\n\n';

/** Shows how many characters will be saved: as they are normalised, and with what stands there already. */
function count(counter) {
  const { counts, limit, taken, above } = counter.dataset;
  const { length } = document.getElementById(counts).value.trim().normalize('NFC');
  const old = above ? document.getElementById(above).value.trim().normalize('NFC') : '';
  const total = length + Number(taken) + (old ? old.length + BLANK_LINE.length : 0);
  counter.textContent = `Gespeichert werden ${total} von ${limit} Zeichen.`;
  counter.classList.toggle('over', total > Number(limit));
}

async function copy({ dataset }, field) {
  field.select();
  // Browsers offer the clipboard only to pages by https or from this machine.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand('copy');
  document.getElementById(dataset.tells).textContent = 'Kopiert.';
}

/** Puts a template in place of another one; what a person has written themselves stays, and it stands below. */
function fill({ dataset }, field) {
  const templates = [...document.querySelectorAll('[data-fill]')].map(({ dataset: { text } }) => text);
  const own = field.value.trim();
  field.value = own === '' || templates.includes(own) ? dataset.text : `${own}\n${dataset.text}`;
  field.focus();
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Wherever the boxes of the form stand on the page. */
function tickAll({ elements }, name) {
  for (const box of elements) if (box.name === name) box.checked = true;
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copy], [data-fill], [data-tick-all]');
  if (!button) return;
  const { copy: source, fill: goal, tickAll: name } = button.dataset;
  if (name) tickAll(button.form, name);
  else if (source) void copy(button, document.getElementById(source));
  else fill(button, document.getElementById(goal));
});

document.addEventListener('input', ({ target }) => {
  for (const counter of document.querySelectorAll('[data-counts]')) {
    const { counts, above } = counter.dataset;
    if (target.id && [counts, above].includes(target.id)) count(counter);
  }
});

// A second press of a button would only be refused, so the button is disabled.
document.addEventListener('submit', ({ target, submitter, defaultPrevented }) => {
  if (target.method !== 'post' || defaultPrevented) return;
  setTimeout(() => {
    if (submitter) submitter.disabled = true;
    target.setAttribute('aria-busy', 'true');
  });
});
// A page that the browser brings back from its memory gets usable buttons again.
window.addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button[type=submit]')) button.disabled = false;
  // A browser that goes back fills the fields in again, but leaves what is folded folded.
  for (const field of document.querySelectorAll('[data-more] input')) {
    if (field.type === 'checkbox' ? field.checked : field.value) field.closest('details').open = true;
  }
});

document.querySelectorAll('[data-counts]').forEach(count);
document.addEventListener('visibilitychange', follow);
window.addEventListener('pageshow', follow);
window.addEventListener('pagehide', () => stream?.postMessage(null));
countDown();
setInterval(countDown, SECOND_MS);

/** A list never shows another house than the one that is chosen above it. */
document.addEventListener('change', (event) => {
  if (event.target.matches('form.filter select[name="haus"]')) event.target.form.requestSubmit();
});

/** What is ticked in a list of performances goes along to the next search. */
document.addEventListener('submit', (event) => {
  const choice = document.getElementById('auswahl');
  const isSearch = choice && event.target.matches('form.filter');
  if (!isSearch || ![...choice.elements].some(({ type, checked }) => type === 'checkbox' && checked)) return;
  event.preventDefault();
  const goal = document.createElement('input');
  goal.type = 'hidden';
  goal.name = 'ziel';
  goal.value = `${event.target.getAttribute('action')}?${new URLSearchParams(new FormData(event.target))}`;
  choice.append(goal);
  choice.requestSubmit();
});
