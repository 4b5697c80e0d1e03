import { setTimeout as pause } from 'node:timers/promises';
import { clockTime } from '../domain/clock';
import { isEnd, STATE_ROWS } from '../domain/vocabulary';
import { countdown, describeAttention, describeEnd, urgentWarnings, notesOf } from './format';
import { ApiProblem, type Api, type CancellationView, type NamedCase } from './http';
import { writeLine, writeOver } from './terminal';

/** 0 done · 1 failed, refused or aborted · 2 usage · 3 needs a person */
export const EXIT = { done: 0, failed: 1, usage: 2, needsPerson: 3, unreachable: 4 } as const;

const LOOK_EVERY_MS = 500;

/**
 * Follows a case until it ends or needs a person, and writes one line per step; on a terminal it also counts down.
 * Resolves to the exit code.
 */
export async function watch(api: Api, named: NamedCase): Promise<number> {
  const isTerminal = process.stdout.isTTY;
  const shown = new Set<string>();
  const failures = createFailures();
  const say = (line: string) => {
    if (shown.has(line)) return;
    shown.add(line);
    if (isTerminal) writeOver('');
    writeLine(line);
  };
  const view = await follow(api, named, {
    look(seen) {
      shown.delete(AWAY);
      [...standingLines(seen), ...failures(seen), ...progressLines(seen)].forEach(say);
      if (isTerminal) writeOver(statusLine(seen));
    },
    away: () => say(AWAY),
  });
  const code = exitCodeOf(view) ?? EXIT.done;
  say(code === EXIT.needsPerson ? describeAttention(view) : describeEnd(view));
  return code;
}

const AWAY = 'Absage antwortet gerade nicht. Die Absage läuft weiter, es wird weiter nachgesehen …';

interface Watcher {
  look(view: CancellationView): void;
  away(): void;
}

const SILENT: Watcher = { look: () => undefined, away: () => undefined };

/**
 * Looks at a case until it ends or needs a person. While the API is away or cannot answer, it keeps asking: the case
 * goes on without the API.
 */
export async function follow(
  api: Api,
  named: NamedCase,
  watcher: Watcher = SILENT,
): Promise<CancellationView> {
  for (; ; await pause(LOOK_EVERY_MS)) {
    try {
      const view = await api.view(named);
      watcher.look(view);
      if (exitCodeOf(view) !== null) return view;
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) throw error;
      watcher.away();
    }
  }
}

/** The exit code of a case, or `null` while the case goes on by itself. */
export function exitCodeOf({ state, attention }: CancellationView): number | null {
  if (state === 'completed') return EXIT.done;
  if (state === 'aborted' || state === 'refused' || state === 'closed-by-hand') return EXIT.failed;
  // An abort can need a person as well.
  if (attention !== null || state === 'needs-attention' || state === 'interrupted') return EXIT.needsPerson;
  return null;
}

/** That it is late, and what the case waits for. How it ended is said at its end. */
function standingLines(view: CancellationView): string[] {
  if (isEnd(view.state)) return [];
  return [...urgentWarnings(view), ...notesOf(view)].map((line) => `  ${line}`);
}

/** Says a failure when it begins, and again when another one takes its place: not with each attempt. */
function createFailures(): (view: CancellationView) => string[] {
  let known: string | null = null;
  return ({ tries }) => {
    // That Ö-Ticket does not show it yet is the ordinary course.
    const code = tries?.code === 'channel-not-showing-storno' ? null : (tries?.code ?? null);
    const isNew = code !== null && code !== known;
    known = code;
    return isNew ? [`! ${tries?.text}`] : [];
  };
}

function progressLines(view: CancellationView): string[] {
  const lines: string[] = [];
  for (const step of view.steps) {
    if (step.state === 'skipped') lines.push(`– ${step.label}: ${step.detail ?? 'nicht nötig'}`);
    if (step.finishedAt) lines.push(`✓ ${step.label}${step.detail ? `: ${step.detail}` : ''}`);
    if (step.state === 'current' && view.waitEndsAt)
      lines.push(
        `  ${step.label}: bis ca. ${clockTime(view.waitEndsAt)}${step.detail ? ` (${step.detail})` : ''}`,
      );
  }
  return lines;
}

function statusLine(view: CancellationView): string {
  const label = view.steps.find(({ state }) => state === 'current')?.label ?? STATE_ROWS[view.state].label;
  if (view.tries) return `▶ ${label} – ${view.tries.text}`;
  if (!view.waitEndsAt) return `▶ ${label} …`;
  return `▶ ${label} – noch ${countdown(Date.parse(view.waitEndsAt) - Date.now())}`;
}
