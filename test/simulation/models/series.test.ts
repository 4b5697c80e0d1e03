import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NewEntry, NewOpening } from '../../../src/domain/journal';
import { KnownFailure } from '../../../src/domain/failures';
import { seriesActionFault } from '../../../src/domain/series-actions';
import { seriesStateOf, type NewSeriesLine } from '../../../src/domain/series-lines';
import { openJournal } from '../../../src/journal/open';
import type { JournalStore, NewSeries } from '../../../src/journal/port';
import { aPolicy } from '../../support/examples';
import { Nemesis } from '../nemesis';
import { ModelJournal } from './journal';
import { ModelSeries } from './series';

const folder = mkdtempSync(join(tmpdir(), 'absage-model-series-'));
let real: JournalStore;

beforeAll(async () => {
  real = await openJournal(pathToFileURL(join(folder, 'journal.sqlite')).href);
});

afterAll(async () => {
  await real.close();
  rmSync(folder, { recursive: true });
});

/** The parts of a value that do not depend on when it was written. */
function timeless(value: unknown): unknown {
  const plain = value instanceof Map ? [...value] : value;
  const drop = (key: string, part: unknown) =>
    ['at', 'hash', 'previousHash', 'openedAt', 'readyAt'].includes(key) ? undefined : part;
  return JSON.parse(JSON.stringify(plain ?? null, drop));
}

const BY = { actor: 'x', actorId: 'token:x' };
const SERIES = ['series-1', 'series-2'];
const CASES = ['case-1', 'case-2', 'case-3'];

const anOrder = (seriesId: string, outcome: string): NewSeries => ({
  ...BY,
  operation: 'order-series',
  effectKey: 'order',
  after: {
    title: 'Erkrankung',
    marker: 'ENTFÄLLT',
    reason: 'Entfällt.',
    policies: { FSP: aPolicy() },
    orderedAt: '2027-01-01T10:00:00.000Z',
    items: CASES.map((caseId, index) => ({
      caseId: `${seriesId}/${caseId}`,
      house: 'FSP',
      eventNumber: `${seriesId.at(-1)}${index}`,
      expected: { title: 'Iphigenie', startsAt: '2027-02-01T18:30:00.000Z' },
    })),
  },
  outcome,
});

test('the series of the simulation answer as the real ones do, whatever they are asked', async () => {
  const journal = new ModelJournal(
    () => new Date(),
    (detail) => new KnownFailure('journal-behind', detail),
  );
  const model = Object.assign(new ModelSeries(() => new Date(), journal), {
    openCase: journal.openCase.bind(journal),
    append: journal.append.bind(journal),
  });
  const random = new Nemesis(7, () => 0);
  const aLine = (seriesId: string): NewSeriesLine => {
    const caseId = `${seriesId}/${random.pick(CASES)}`;
    const after = { reason: 'Grund' };
    const n = random.between(1, 9);
    return random.pick<NewSeriesLine>([
      {
        ...BY,
        operation: 'plan-series',
        effectKey: 'plan',
        after: { planHash: '', items: {} },
        outcome: 'ok',
      },
      { ...BY, operation: 'pause-series', effectKey: `pause/${n}`, after, outcome: 'accepted' },
      { ...BY, operation: 'continue-series', effectKey: `continue/${n}`, after, outcome: 'accepted' },
      {
        ...BY,
        operation: 'skip-items',
        effectKey: `skip/${n}`,
        after: { ...after, items: [caseId] },
        outcome: 'accepted',
      },
      { ...BY, operation: 'end-series', effectKey: 'end', after: {}, outcome: 'completed' },
    ]);
  };
  let questions = 0;
  for (let round = 0; round < 400; round += 1) {
    const seriesId = random.pick(SERIES);
    const index = random.between(0, 2);
    const ref = {
      caseId: `${seriesId}/${CASES[index]}`,
      house: 'FSP',
      eventNumber: `${seriesId.at(-1)}${index}`,
    };
    const line = aLine(seriesId);
    const opening = {
      ...BY,
      kind: 'opening',
      step: 'check',
      operation: 'check',
      effectKey: 'opening',
      after: { input: { series: { id: seriesId } } },
      outcome: 'ok',
    } as unknown as NewOpening;
    const right = {
      kind: 'outcome',
      step: 'grant-right',
      operation: 'grant-right',
      effectKey: 'right/outcome',
    };
    const caseLine = { ...BY, ...right, after: {}, outcome: 'ok' } as unknown as NewEntry;
    const ask = random.pick<(store: JournalStore | typeof model) => unknown>([
      (store) => store.openSeries(`${seriesId}-${round}`, anOrder(seriesId, seriesId)),
      (store) => store.seriesLines(seriesId),
      (store) => store.appendToSeries(seriesId, line),
      (store) => store.appendNewToSeries(seriesId, line),
      (store) =>
        store.decideOnSeries(seriesId, (lines, marks) => {
          const state = seriesStateOf(lines);
          return state && !seriesActionFault('pause-series', lines, state, marks) ? line : null;
        }),
      (store) => store.caseMarks(CASES.map((caseId) => `${seriesId}/${caseId}`)),
      (store) => store.unendedSeries(),
      (store) => store.openCase(ref, opening),
      (store) => store.append(ref, caseLine),
    ]);
    const isKnown = model.seriesLines(seriesId).length > 0;
    const question = isKnown
      ? ask
      : (store: JournalStore | typeof model) => store.openSeries(seriesId, anOrder(seriesId, seriesId));
    expect(timeless(await question(model))).toEqual(timeless(await question(real)));
    questions += 1;
  }
  expect(questions).toBe(400);
});
