import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KnownFailure } from '../../../src/domain/failures';
import { isChainWhole } from '../../../src/journal/chain';
import type { Journal } from '../../../src/journal/port';
import type { JournalEntry } from '../../../src/domain/journal';
import type { NewEntry, NewOpening } from '../../../src/domain/journal';
import { openJournal } from '../../../src/journal/open';
import { ModelJournal } from './journal';
import { Nemesis } from '../nemesis';

const folder = mkdtempSync(join(tmpdir(), 'absage-model-journal-'));
let real: Journal;

beforeAll(async () => {
  real = await openJournal(pathToFileURL(join(folder, 'journal.sqlite')).href);
});

afterAll(async () => {
  await real.close();
  rmSync(folder, { recursive: true });
});

/** The parts of a value that do not depend on when it was written. */
function timeless(value: unknown): unknown {
  const drop = (key: string, part: unknown) =>
    ['at', 'hash', 'previousHash'].includes(key) ? undefined : part;
  return JSON.parse(JSON.stringify(value ?? null, drop));
}

test('the journal of the simulation answers as the real one does, whatever it is asked', async () => {
  const model = new ModelJournal(
    () => new Date(),
    (detail) => new KnownFailure('journal-behind', detail),
  );
  const random = new Nemesis(4, () => 0);
  const refs = ['a', 'b', 'c', 'd'].map((caseId, index) => ({
    caseId,
    house: caseId === 'd' ? 'LTN' : 'FSP',
    eventNumber: `${1 + (index % 2)}`,
  }));
  const entry = () => ({
    actor: 'x',
    actorId: random.pick(['token:x', null]),
    step: 'check',
    ...random.pick([
      { kind: 'opening', operation: 'check', effectKey: 'opening', outcome: 'ok' },
      {
        kind: 'end',
        operation: 'close',
        effectKey: 'end',
        outcome: random.pick(['aborted', 'completed', 'refused']),
      },
      {
        kind: 'intent',
        operation: 'save',
        effectKey: `save/${random.between(1, 5)}`,
        after: { n: 1, no: undefined },
      },
    ] as const),
  });
  let questions = 0;
  for (let round = 0; round < 400; round += 1) {
    const ref = random.pick(refs);
    const line = entry() as unknown as NewEntry;
    const seen = random.pick(model.lines as (JournalEntry | undefined)[]);
    const ask = random.pick<(journal: Pick<Journal, keyof Journal> | ModelJournal) => unknown>([
      (journal) => journal.openCase(ref, { ...line, kind: 'opening', effectKey: 'opening' } as NewOpening),
      (journal) => journal.append(ref, line),
      (journal) => journal.appendNew(ref, line),
      (journal) => journal.appendUnlessOver(ref, line),
      (journal) => journal.appendUnlessEnded(ref, line),
      (journal) => journal.appendNewUnlessEnded(ref, line),
      (journal) => journal.appendAfterLook(ref, line, { seq: seen?.seq ?? 0 }),
      (journal) => journal.appendNext(ref, line, { seq: seen?.seq ?? 0 }),
      (journal) => journal.claim(ref, round % 3 ? 'storno' : 'abort', line),
      (journal) =>
        journal.claimFound(
          ref,
          'storno',
          { ...line, step: 'set-storno', operation: 'adopt-storno' } as NewEntry,
          { seq: seen?.seq ?? 0 },
        ),
      (journal) => journal.readClaim(ref.caseId),
      (journal) => journal.entries(ref.caseId),
      (journal) => journal.holdingCase(ref.house, ref.eventNumber),
      (journal) => journal.openCases(),
      (journal) => journal.openStornoCases(),
      (journal) => journal.endedSince('2000-01-01T00:00:00.000Z'),
      (journal) => journal.requireHead(ref.caseId, { seq: seen?.seq ?? 9, hash: 'not this one' }),
    ]);
    const answers = [];
    for (const journal of [real, model]) {
      try {
        answers.push(timeless(await ask(journal)));
      } catch (error) {
        if (!(error instanceof KnownFailure)) throw error;
        answers.push(error.code);
      }
    }
    expect(answers[1]).toEqual(answers[0]);
    questions += 1;
  }
  for (const { caseId } of refs) expect(isChainWhole(model.entries(caseId))).toBe(true);
  expect(questions).toBe(400);
});
