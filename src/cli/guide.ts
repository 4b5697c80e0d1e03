import { fieldRow, readBackFields, type FieldKind, type ReadBackField } from '../domain/vocabulary';
import type { Ask } from './command';
import { describeTask } from './format';
import { ApiProblem, type Api, type CancellationView } from './http';
import { writeProblem } from './terminal';

/** How an answer is typed, where it is not plain; `null`: not asked for. */
const HINTS: Record<FieldKind, string | null> = {
  text: '',
  'optional-text': '',
  'optional-lines': ' (Zeilenumbruch als \\n)',
  status: '',
  day: ' (JJJJ-MM-TT)',
  instant: ' (mit Zeitzone)',
  'optional-instant': null,
};

function questionsAfter(step: string): readonly (readonly [field: ReadBackField, question: string])[] {
  return readBackFields(step).flatMap((field) => {
    const { kind, label } = fieldRow(field);
    const place = step === 'verify-channel' ? ' in Connect Online' : '';
    return HINTS[kind] === null ? [] : [[field, `${label}${place}${HINTS[kind]}`] as const];
  });
}

const REASON = 'nach Anleitung in der Maske erledigt';

/**
 * Leads through one task and takes the confirmation: asks until the API accepts the read-back. Resolves to `false`
 * when the input has ended; the task then stays open.
 */
export async function guide(api: Api, view: CancellationView, ask: Ask): Promise<boolean> {
  const { step } = view;
  writeProblem(`\n${describeTask(view)}\n\nWas steht jetzt in der Maske?`);
  for (;;) {
    const readBack = await askFor(step, ask);
    if (!readBack) return false;
    try {
      await api.act(view, 'confirm-step', { reason: REASON, step, readBack });
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status >= 500) throw error;
      writeProblem(`${error.message}\nBitte noch einmal:`);
    }
  }
}

/** An empty answer is an empty field. */
async function askFor(step: string, ask: Ask): Promise<Record<string, string | null> | null> {
  const readBack: Record<string, string | null> = {};
  for (const [field, question] of questionsAfter(step)) {
    const answer = await ask(`  ${question}: `);
    if (answer === null) return null;
    readBack[field] = answer.replaceAll('\\n', '\n').trim() || null;
  }
  return readBack;
}
