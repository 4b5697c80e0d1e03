import { setTimeout as pause } from 'node:timers/promises';
import { clockTime, countdown, describeEnd } from './format';
import type { Api, CancellationView } from './http';

/** 0 done · 1 failed, refused or aborted · 2 usage · 3 needs a person */
export const EXIT = { done: 0, failed: 1, usage: 2, needsPerson: 3 } as const;

const LOOK_EVERY_MS = 500;

/**
 * Follows a case until it ends or needs a person, one line per step; on a terminal with a countdown in between.
 * An API that is away for a while is waited for: the case goes on without it.
 */
export async function watch(api: Api, house: string, eventNumber: string): Promise<number> {
  const isTerminal = process.stdout.isTTY;
  const shown = new Set<string>();
  const clearLine = () => isTerminal && process.stdout.write('\r\u001b[K');
  const say = (line: string) => {
    clearLine();
    process.stdout.write(`${line}\n`);
  };

  for (let isAway = false; ; await pause(LOOK_EVERY_MS)) {
    let view: CancellationView;
    try {
      view = await api.view(house, eventNumber);
    } catch (error) {
      if (error instanceof Error && error.name === 'ApiProblem') throw error;
      if (!isAway)
        say('Absage antwortet gerade nicht. Die Absage läuft weiter, es wird weiter nachgesehen …');
      isAway = true;
      continue;
    }
    isAway = false;
    for (const line of progressLines(view)) {
      if (shown.has(line)) continue;
      shown.add(line);
      say(line);
    }
    if (isTerminal) process.stdout.write(`\r\u001b[K${statusLine(view)}`);
    const code = exitCodeOf(view);
    if (code === null) continue;
    clearLine();
    say(code === EXIT.needsPerson ? attentionText(view) : describeEnd(view));
    return code;
  }
}

export function exitCodeOf(view: CancellationView): number | null {
  if (view.stale) return null;
  if (view.state === 'completed') return EXIT.done;
  if (view.state === 'aborted' || view.state === 'refused' || view.state === 'closed-by-hand')
    return EXIT.failed;
  if (view.state === 'needs-attention' || view.state === 'interrupted') return EXIT.needsPerson;
  return null;
}

function progressLines(view: CancellationView): string[] {
  const lines: string[] = [];
  for (const step of view.steps) {
    if (step.state === 'skipped') lines.push(`– ${step.label}: ${step.detail ?? 'nicht nötig'}`);
    if (step.finishedAt) lines.push(`✓ ${step.label}${step.detail ? `: ${step.detail}` : ''}`);
    if (step.state === 'current' && view.waitEndsAt)
      lines.push(`  ${step.label}: bis ca. ${clockTime(view.waitEndsAt)}`);
  }
  return lines;
}

function statusLine(view: CancellationView): string {
  const label = view.steps.find(({ state }) => state === 'current')?.label ?? '';
  if (!view.waitEndsAt) return `▶ ${label} …`;
  return `▶ ${label} – noch ${countdown(Date.parse(view.waitEndsAt) - Date.now())}`;
}

function attentionText(view: CancellationView): string {
  const lines = [view.attention?.text ?? 'Die Absage wurde unterbrochen.'];
  const commands = view.allowedActions.map(
    (action) => `  absage ${action} ${view.house} ${view.eventNumber} --reason "…"`,
  );
  if (commands.length > 0) lines.push('Möglich ist jetzt:', ...commands);
  lines.push(`Weiter zusehen: absage watch ${view.house} ${view.eventNumber}`);
  return lines.join('\n');
}
