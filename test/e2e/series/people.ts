import type { SeriesItemView, SeriesView } from '../../../src/cases/series-view';
import type { CancellationView } from '../../../src/cases/view';
import type { ChaosStack } from '../../chaos/stack';
import type { Performance } from './season';

/*
 * The people beside a series: each looks at the page, and does what it asks. While a part is down, an answer does not come, and
 * they look again.
 */

type Asking = CancellationView & { attention: NonNullable<CancellationView['attention']> };

/** Does what one answer of the API asks for. */
export async function helpOut(
  stack: ChaosStack,
  performances: readonly Performance[],
  view: SeriesView,
): Promise<void> {
  for (const item of view.items.filter(({ state }) => state === 'needs-attention')) {
    const role = performances.find(({ eventNumber }) => eventNumber === item.eventNumber)?.role;
    if (role === 'guided') await askedBy(stack, item, doTask);
    if (role === 'silent') await askedBy(stack, item, vouchForChannel);
    if (role === 'unmarked') await askedBy(stack, item, markAgain);
  }
  if (view.attention) await sayWhetherItArrived(stack, view);
}

async function askedBy(
  stack: ChaosStack,
  { links }: SeriesItemView,
  answer: (view: Asking) => [action: string, details: object] | null,
): Promise<void> {
  const path = links.self.replace(/^\/v1/, '');
  const view = await stack.api<CancellationView>('GET', path);
  const { attention } = view;
  if (!attention) return;
  const done = answer({ ...view, attention });
  if (!done) return;
  const [action, details] = done;
  await stack.api('POST', `/cancellations/${view.house}/${view.eventNumber}/${action}`, {
    reason: 'Erledigt.',
    ...details,
  });
}

/** The clerk of the house without a gateway types what the task says, and reads it back. */
function doTask({ attention: { code, step, task } }: Asking): [string, object] | null {
  if (code !== 'person-step' || !task) return null;
  const field = (label: string) => task.fields.find((each) => each.label === label)?.value ?? '';
  const texts = {
    title: field('Titel'),
    customerTitle: field('Titel (Kundensicht)') || null,
    externalMemo: field('Externer Memotext'),
  };
  const readBacks: Partial<Record<typeof step, object>> = {
    'mark-titles': texts,
    'set-storno': { status: 'Storno', title: MARKED_IN_MASK },
    'verify-channel': { status: 'Storno' },
    'grant-right': { validFrom: '2020-01-01', validUntil: '2099-12-31' },
  };
  const readBack = readBacks[step];
  return readBack ? ['confirm-step', { step, readBack }] : null;
}

/** As the clerk typed it. */
const MARKED_IN_MASK = 'Der Talisman – ENTFÄLLT';

/** Connect Online shows nothing, and somebody at Ö-Ticket has said on the phone that it is Storno. */
function vouchForChannel({ attention: { step } }: Asking): [string, object] | null {
  if (step !== 'verify-channel') return null;
  return ['confirm-step', { step, readBack: { status: 'Storno' } }];
}

function markAgain({ attention: { id, code } }: Asking): [string, object] | null {
  return code === 'marker-removed' ? ['decide', { attentionId: id, choice: 'mark-again' }] : null;
}

/** Whoever is asked about a mail looks into the inbox of Ö-Ticket first. */
async function sayWhetherItArrived(stack: ChaosStack, { id, notices }: SeriesView): Promise<void> {
  const arrived = (await stack.mails()).map(({ messageId }) => messageId);
  for (const { house, number, messageId, outcome } of notices.filter((each) => each.outcome === 'in-doubt')) {
    const choice = arrived.includes(messageId) ? 'treat-as-sent' : 'send-again';
    await stack.api('POST', `/series/${id}/decide`, {
      reason: `Bei Ö-Ticket nachgefragt (${outcome}).`,
      notice: { house, number },
      choice,
    });
  }
}
