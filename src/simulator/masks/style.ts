/** The look of the practice masks: plain, and neither that of Jet nor that of Absage. Colour is never the only signal. */
export const STYLE = `
:root { --ink: #1b1b1b; --quiet: #555; --paper: #fff; --ground: #e9ecef; --line: #8a8f96; --link: #134a7c;
  --practice: #ffd84d; --practice-ink: #1b1b1b; --good: #14532d; --bad: #8f1010; color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --quiet: #b5b8bc; --paper: #22252a; --ground: #15171a; --line: #7d838b; --link: #a9cdf2;
    --good: #9be0b4; --bad: #ffb4ab; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, 'Segoe UI', Roboto, Arial, sans-serif;
  overflow-wrap: anywhere; }
.practice { margin: 0; padding: 0.6rem 1rem; background: var(--practice); color: var(--practice-ink); font-weight: 700;
  text-align: center; border-bottom: 4px dashed var(--practice-ink); }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0.5rem 0; }
h2 { font-size: 1.1rem; margin: 1.2rem 0 0.4rem; }
a { color: var(--link); }
.way { margin: 0; padding: 0; list-style: none; color: var(--quiet); }
.way li { display: inline; }
.way li + li::before { content: ' › '; }
nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 0.6rem 0; }
nav a, .list a { display: inline-block; padding: 0.2rem 0; min-height: 24px; }
nav a[aria-current] { font-weight: 700; }
form, .sheet { background: var(--paper); border: 1px solid var(--line); padding: 1rem; margin: 0.8rem 0; }
label { display: block; font-weight: 600; }
input, select, textarea { display: block; width: 100%; margin: 0.2rem 0 0.8rem; padding: 0.5rem; font: inherit;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); min-height: 2.6rem; }
button { font: inherit; font-weight: 600; padding: 0.6rem 1.4rem; min-height: 2.75rem; border: 2px solid var(--link);
  background: var(--link); color: var(--paper); cursor: pointer; }
:focus-visible { outline: 3px solid var(--practice); outline-offset: 2px; box-shadow: 0 0 0 2px var(--ink); }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.3rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; white-space: pre-wrap; }
.notice { padding: 0.7rem 1rem; margin: 0.8rem 0; background: var(--paper); border-left: 6px solid var(--line); }
.notice.good { border-color: var(--good); color: var(--good); font-weight: 600; }
.notice.bad { border-color: var(--bad); color: var(--bad); font-weight: 600; }
.list { padding: 0; margin: 0; list-style: none; }
.list li { background: var(--paper); border: 1px solid var(--line); padding: 0.6rem 1rem; margin: 0 0 0.5rem; }
.quiet { color: var(--quiet); }
@media (max-width: 32rem) { h1 { font-size: 1.15rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
`;
