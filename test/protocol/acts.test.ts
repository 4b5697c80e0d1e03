import type { JournalEntry } from '../../src/domain/journal';
import { ProtocolCases, protocolOf, MARKED, TITLE } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

it('a completed case shows each write with its announcement, its save and its reading back', () => {
  const { acts } = protocolOf(completed);
  expect(acts.map(({ operation, outcome, lines }) => [operation, outcome, lines])).toEqual([
    ['save-announcement', 'ok', [2, 3]],
    ['set-storno', 'ok', [4, 5]],
    ['grant-right', 'ok', [8, 9]],
  ]);
  for (const { announcedAt, confirmedAt } of acts)
    expect(Date.parse(announcedAt!)).toBeLessThanOrEqual(Date.parse(confirmedAt!));
  expect(acts[0]?.fields[0]).toEqual({ label: 'Titel', before: TITLE, wanted: MARKED, found: MARKED });
  expect(acts[1]?.fields).toEqual([
    { label: 'Status', before: 'Verkaufsfreigabe', wanted: 'Storno', found: 'Storno' },
  ]);
});

it('a marker that a colleague took off and a person had put on again stands there twice', async () => {
  const document = protocolOf(await cases.markedAgain());
  expect(document.acts.map(({ operation }) => operation)).toEqual([
    'save-announcement',
    'save-announcement',
    'set-storno',
    'grant-right',
  ]);
  expect(document.decisions[0]).toMatchObject({ answer: 'Zusatz und Hinweis noch einmal anbringen' });
  expect(document.waits[1]?.from).toBe(document.acts[1]?.savedAt);
});
