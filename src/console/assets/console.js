// What a page does more when there is JavaScript. Without it every form and every link works the same.
'use strict';

document.documentElement.classList.add('js');

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** When a stream that the browser itself has given up is asked for again. */
const RETRY_MS = 5_000;

/** Brings a region up to date: makes it, changes it, puts it elsewhere, or takes it away. */
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
 * Makes an element what a fresh one says, and leaves alone whatever is the same: so the focus, what somebody types or
 * has opened, and what a screen reader has read stay.
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

/** Those with an id are known by it, wherever they stand; all others by their place. */
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

/** What a person types, ticks and opens is theirs. */
function isOfPerson(element, part) {
  if (element.tagName === 'DETAILS') return part === 'open';
  if (element.tagName === 'TEXTAREA') return part === 'children' && !element.readOnly;
  if (element.tagName !== 'INPUT' || element.type === 'hidden' || element.readOnly) return false;
  return part === 'checked' || (part === 'value' && !['checkbox', 'radio'].includes(element.type));
}

function listen() {
  const { live } = document.body.dataset;
  if (!live) return;
  const offline = document.getElementById('offline');
  const source = new EventSource(live);
  source.onopen = () => (offline.hidden = true);
  source.onmessage = ({ data }) => {
    offline.hidden = true;
    update(JSON.parse(data));
  };
  source.addEventListener('problem', () => (offline.hidden = false));
  source.addEventListener('end', () => source.close());
  source.onerror = () => {
    offline.hidden = false;
    // A browser asks again by itself, but not where somebody has answered something else meanwhile.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  };
}

/** From the last one up: each is put before one that is there. */
function update(regions) {
  const focused = document.activeElement;
  for (const region of regions.reverse()) apply(region);
  // What had the focus may be gone; whoever works with the keyboard goes on where the case stands now.
  if (!focused.isConnected) document.getElementById('stand')?.focus();
  else if (focused !== document.activeElement) focused.focus();
  countDown();
}

/** `noch 14 Minuten`, and seconds in the last two. */
function countDown() {
  for (const element of document.querySelectorAll('[data-until]')) {
    const leftMs = Date.parse(element.dataset.until) - Date.now();
    element.textContent = leftMs <= 0 ? 'gleich' : `noch ${describe(leftMs)}`;
  }
}

function describe(ms) {
  if (ms > 2 * MINUTE_MS) return `${Math.ceil(ms / MINUTE_MS)} Minuten`;
  const seconds = Math.ceil(ms / SECOND_MS);
  return seconds === 1 ? '1 Sekunde' : `${seconds} Sekunden`;
}

/** How much stands in a field of those that have a limit. */
function count(counter) {
  const { length } = document.getElementById(counter.dataset.counts).value;
  counter.textContent = `${length} von ${counter.dataset.limit} Zeichen`;
}

async function copy({ dataset }, field) {
  field.select();
  // Only a page by https, or of this machine, may use the clipboard.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand('copy');
  document.getElementById(dataset.tells).textContent = 'Kopiert.';
}

function fill({ dataset }, field) {
  field.value = dataset.text;
  field.focus();
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copy], [data-fill]');
  if (!button) return;
  const { copy: source, fill: goal } = button.dataset;
  if (source) void copy(button, document.getElementById(source));
  else fill(button, document.getElementById(goal));
});

document.addEventListener('input', ({ target }) => {
  for (const counter of document.querySelectorAll('[data-counts]')) {
    if (counter.dataset.counts === target.id) count(counter);
  }
});

// A second press of a button would only be refused.
document.addEventListener('submit', ({ target, submitter }) => {
  if (target.method !== 'post') return;
  setTimeout(() => {
    if (submitter) submitter.disabled = true;
    target.setAttribute('aria-busy', 'true');
  });
});
// A page that comes back from the browser's memory can be used again.
window.addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button[type=submit]')) button.disabled = false;
});

document.querySelectorAll('[data-counts]').forEach(count);
listen();
countDown();
setInterval(countDown, SECOND_MS);
