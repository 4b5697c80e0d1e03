// What a page does more when there is JavaScript. Without it every form and every link works the same.
'use strict';

document.documentElement.classList.add('js');

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** Puts a region's new element in the place of the old one; what somebody is typing in it stays. */
function apply({ id, html, into }) {
  const present = document.getElementById(id);
  if (!html) return present?.remove();
  const parent = document.getElementById(into);
  const template = document.createElement('template');
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (!parent || !fresh) return;
  if (present?.isEqualNode(fresh)) return;
  if (present && present.parentElement === parent) {
    keepInput(present, fresh);
    const focus = present.contains(document.activeElement) ? document.activeElement.id : '';
    present.replaceWith(fresh);
    if (focus) document.getElementById(focus)?.focus();
  } else {
    present?.remove();
    parent.prepend(fresh);
  }
  prepare(fresh);
}

function keepInput(present, fresh) {
  for (const field of present.querySelectorAll('input[id], textarea[id], select[id], details[id]')) {
    const same = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (!same) continue;
    if (field.tagName === 'DETAILS') same.open = field.open;
    else if (field.type === 'checkbox' || field.type === 'radio') same.checked = field.checked;
    else if (!field.readOnly) same.value = field.value;
  }
}

function listen() {
  const { live } = document.body.dataset;
  if (!live) return;
  const offline = document.getElementById('offline');
  const source = new EventSource(live);
  source.onopen = () => (offline.hidden = true);
  source.onmessage = ({ data }) => {
    offline.hidden = true;
    JSON.parse(data).forEach(apply);
  };
  source.addEventListener('problem', () => (offline.hidden = false));
  source.addEventListener('end', () => source.close());
  source.onerror = () => (offline.hidden = false);
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

/** Fields that count, buttons that copy or fill in. */
function prepare(root) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    button.onclick = async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = 'Kopiert';
    };
  }
  for (const button of root.querySelectorAll('[data-fill]')) {
    button.onclick = () => {
      const field = document.getElementById(button.dataset.fill);
      field.value = button.dataset.text;
      field.focus();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    };
  }
  for (const counter of root.querySelectorAll('[data-counts]')) {
    const field = document.getElementById(counter.dataset.counts);
    const show = () => (counter.textContent = `${field.value.length} von ${counter.dataset.limit} Zeichen`);
    field.addEventListener('input', show);
    show();
  }
}

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

prepare(document);
listen();
countDown();
setInterval(countDown, SECOND_MS);
