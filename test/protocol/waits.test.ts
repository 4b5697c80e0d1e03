import type { JournalEntry } from '../../src/domain/journal';
import { renderProtocolHtml } from '../../src/protocol/html';
import { ProtocolCases, protocolOf, stepStates } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
}, 90_000);
afterAll(() => cases.close());

it('a completed case measures both waits, and the time on sale with the marker, on the clock of Jet', () => {
  const { waits, onSaleWithMarkerMs } = protocolOf(completed);
  const savedAt = (seq: number) => Date.parse(Object(completed[seq - 1]?.after).savedAt as string);
  const readAt = Date.parse(Object(completed[5]?.after).readAt as string);
  expect(waits.map(({ plannedMs, actualMs }) => [plannedMs, actualMs])).toEqual([
    [25, savedAt(5) - savedAt(3)],
    [25, readAt - savedAt(5)],
  ]);
  expect(onSaleWithMarkerMs).toBe(savedAt(5) - savedAt(3));
  expect(onSaleWithMarkerMs).toBeGreaterThanOrEqual(25);
});

it('a skipped wait is told with who, when and why', async () => {
  const document = protocolOf(await cases.skippedWait());
  const [wait] = document.waits;
  expect(wait).toMatchObject({ plannedMs: 60_000, skipped: { actor: 'clerk', reason: 'so entschieden' } });
  expect(wait!.actualMs).toBeLessThan(60_000);
  expect(stepStates(document)).toMatchObject({
    'wait-for-title-transfer': 'skipped',
    'set-storno': 'done',
  });
  expect(renderProtocolHtml(document)).toContain('Begründung: so entschieden');
});

it('a save by a colleague during the wait is noticed', async () => {
  const document = protocolOf(await cases.savedByColleague());
  expect(document.waits[0]?.note).toContain('noch einmal gespeichert');
  expect(protocolOf(completed).waits[0]?.note).toBeNull();
});
