import type { Opening } from '../../src/domain/case';
import { decideRestore } from '../../src/domain/decisions';
import { anEvent, anInput } from '../support/examples';

const MARKED = 'Der Besuch der alten Dame – ABGESAGT';

/** What the check has written down of an event whose title carried a marker before anybody ordered anything. */
function opening(): Opening {
  const { customerTitle, externalMemo, ...event } = anEvent({ title: MARKED, customerTitle: null });
  const same = (text: string | null) => ({ before: text, after: text });
  return {
    input: anInput(),
    event: {
      ...event,
      title: same(MARKED),
      customerTitle: same(customerTitle),
      externalMemo: same(externalMemo),
    },
    marker: 'ABGESAGT',
    right: { validFrom: '2026-11-04', validUntil: '2027-07-05' },
    wasCancelledBefore: false,
    channelShowedStorno: false,
    backend: 'gateway',
    warnings: [],
  };
}

test('an abort keeps a marker that was there before, also where somebody has fixed a typo beside it', () => {
  const title = 'Der Besuch der alten Damen – ABGESAGT';
  expect(decideRestore(anEvent({ title, customerTitle: null }), opening())).toMatchObject({
    kind: 'write',
    texts: { title },
  });
});
