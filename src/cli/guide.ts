import type { Ask } from './command';
import { describeTask } from './format';
import { ApiProblem, type Api, type CancellationView } from './http';

/** What is asked after each task, and the name of the answer. An empty answer is an empty field. */
const QUESTIONS: Readonly<Record<string, readonly (readonly [field: string, question: string])[]>> = {
  'mark-titles': [
    ['title', 'Titel'],
    ['customerTitle', 'Titel (Kundensicht)'],
    ['externalMemo', 'Externer Memotext (Zeilenumbruch als \\n)'],
  ],
  'set-storno': [
    ['status', 'Status'],
    ['title', 'Titel'],
  ],
  'verify-channel': [['status', 'Status in Connect Online']],
  'grant-right': [
    ['validFrom', 'Gültig von (JJJJ-MM-TT)'],
    ['validUntil', 'Gültig bis (JJJJ-MM-TT)'],
  ],
};

const REASON = 'nach Anleitung in der Maske erledigt';

/**
 * Leads through one task and takes the confirmation: asks until the API accepts the read-back. Resolves to `false`
 * when the input has ended; the task then stays open.
 */
export async function guide(api: Api, view: CancellationView, ask: Ask): Promise<boolean> {
  const { house, eventNumber, step } = view;
  process.stderr.write(`\n${describeTask(view)}\n\nWas steht jetzt in der Maske?\n`);
  for (;;) {
    const readBack = await askFor(step, ask);
    if (!readBack) return false;
    try {
      await api.act(house, eventNumber, 'confirm-step', { reason: REASON, step, readBack });
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status >= 500) throw error;
      process.stderr.write(`${error.message}\nBitte noch einmal:\n`);
    }
  }
}

async function askFor(step: string, ask: Ask): Promise<Record<string, string | null> | null> {
  const readBack: Record<string, string | null> = {};
  for (const [field, question] of QUESTIONS[step] ?? []) {
    const answer = await ask(`  ${question}: `);
    if (answer === null) return null;
    readBack[field] = answer.replaceAll('\\n', '\n').trim() || null;
  }
  return readBack;
}
