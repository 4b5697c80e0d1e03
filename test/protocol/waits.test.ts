import type { JournalEntry } from '../../src/domain/journal';
import { renderProtocolHtml } from '../../src/protocol/html';
import { ProtocolCases, protocolOf, stepStates } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

it('a completed case measures both waits, and the time on sale with the marker, on the clock of Jet', () => {
  const { waits, onSaleWithMarkerMs } = protocolOf(completed);
  const savedAt = (seq: number) => Date.parse(Object(completed[seq - 1]?.after).savedAt as string);
  const look = completed.find(({ operation }) => operation === 'read-channel');
  const readAt = Date.parse(Object(look?.after).readAt as string);
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

describe('somebody took the marker off during the wait, and it was put on again:', () => {
  let entries: JournalEntry[];
  beforeAll(async () => {
    entries = await cases.markedAgain();
  });

  const savedAt = (operation: string) =>
    entries.flatMap((line) =>
      line.kind === 'outcome' && line.operation === operation ? [Object(line.after).savedAt as string] : [],
    );

  // This used to begin with the second save: the time before it, most of it, was told to nobody.
  it('both waits for the titles are there, the first up to the save that began the second', () => {
    const [first, second] = savedAt('save-announcement');
    expect(protocolOf(entries).waits).toMatchObject([
      { step: 'wait-for-title-transfer', from: first, until: second },
      { step: 'wait-for-title-transfer', from: second, until: savedAt('set-storno')[0], note: null },
      { step: 'wait-for-storno-transfer' },
    ]);
    expect(protocolOf(entries).waits[0]?.note).toContain('von dort an wurde neu gewartet');
  });

  // This used to count the time without the marker as time with it.
  it('the time on sale with the marker is only what is certain, and the gap is named', () => {
    const document = protocolOf(entries);
    const [first, second] = savedAt('save-announcement');
    expect(document).toMatchObject({
      onSaleWithMarkerMs: Date.parse(savedAt('set-storno')[0]!) - Date.parse(second!),
      markerGaps: [{ from: first, until: second }],
    });
    const html = renderProtocolHtml(document);
    expect(html).toContain('Zusatz inzwischen entfernt');
    expect(html).toContain('noch mindestens');
  });
});

// This used to count from our save, as if the title had been bare before.
it('a title that carried the marker before the order was on sale with it for longer', async () => {
  const document = protocolOf(await cases.markedBefore());
  expect(document).toMatchObject({ markedBefore: true });
  const html = renderProtocolHtml(document);
  expect(html).toContain('mindestens');
  expect(html).toContain('Der Titel trug ihn schon bei der Prüfung');
  expect(html).toContain('Zusatz ENTFÄLLT stand schon im Titel, Texte gespeichert:');
});

it('a skipped wait is the one after the save that it names', async () => {
  const document = protocolOf(await cases.skippedAfterMarkingAgain());
  expect(document.waits.map(({ step, skipped }) => [step, skipped?.reason ?? null])).toEqual([
    ['wait-for-title-transfer', null],
    ['wait-for-title-transfer', 'so entschieden'],
    ['wait-for-storno-transfer', null],
  ]);
});

it('a skip that was overtaken by another save has shortened nothing, and the wait says so', async () => {
  const [wait] = protocolOf(await cases.skippedTooEarly()).waits;
  expect(wait).toMatchObject({ skipped: null });
  expect(wait!.note).toContain('hat deshalb nichts verkürzt');
});

it('a Storno that was set back began its wait anew', async () => {
  const { waits } = protocolOf(await cases.setBack());
  expect(waits.map(({ step }) => step)).toEqual([
    'wait-for-title-transfer',
    'wait-for-storno-transfer',
    'wait-for-storno-transfer',
  ]);
  expect(waits[1]?.note).toContain('wieder auf Storno gesetzt: von dort an wurde neu gewartet');
  expect(waits[2]).toMatchObject({ note: null });
  expect(Date.parse(waits[2]!.from)).toBeGreaterThan(Date.parse(waits[1]!.from));
});

it('a case that was closed because no look at Connect Online succeeded has waited all the same', async () => {
  const entries = await cases.closedWithoutLook();
  const document = protocolOf(entries);
  const end = entries.find(({ kind }) => kind === 'end');
  expect(document.waits.at(-1)).toMatchObject({ step: 'wait-for-storno-transfer', until: end?.at });
  expect(stepStates(document)).toMatchObject({
    'wait-for-storno-transfer': 'done',
    'verify-channel': 'open',
  });
});
