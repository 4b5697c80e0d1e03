import { join } from 'node:path';
import { performance, monitorEventLoopDelay } from 'node:perf_hooks';
import type { JournalEntry } from '../../src/domain/journal';
import type { ProtocolDocument } from '../../src/protocol/document';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { PdfBusy, PdfThread } from '../../src/protocol/pdf-thread';
import { ProtocolCases, protocolOf } from './protocol-cases';

const AT_ONCE = 40;
/** The thread runs the sources, with the compiler of the tests. */
const execArgv = ['--require', join(__dirname, '../../scripts/register-swc.js')];

let cases: ProtocolCases;
let completed: JournalEntry[];
let document: ProtocolDocument;
const threads: PdfThread[] = [];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
  document = await cases.signed(completed);
});
afterAll(() => cases.close());
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

function open(options: ConstructorParameters<typeof PdfThread>[0] = {}): PdfThread {
  const thread = new PdfThread({ execArgv, ...options });
  threads.push(thread);
  return thread;
}

/** Protokolle that differ, as those of as many cases do. */
const different = (count: number, round = 0) =>
  Array.from({ length: count }, (_, index) => ({
    ...document,
    house: { ...document.house, name: `${document.house.name} ${index}` },
    sha256: `${round}/${index}`,
  }));

it('the PDF of the thread is the one that `absage verify` draws', async () => {
  const expected = await renderProtocolPdf(document);
  expect((await open().draw(document)).equals(expected)).toBe(true);
});

/** How busy the loop is while so many are drawn, and how long it keeps others waiting, in milliseconds. */
async function measureLoop(thread: PdfThread, round = 0) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = performance.eventLoopUtilization();
  delay.enable();
  const drawn = await Promise.all(different(AT_ONCE, round).map((one) => thread.draw(one)));
  delay.disable();
  const { utilization } = performance.eventLoopUtilization(before);
  return { drawn: drawn.length, utilization, delayMs: delay.percentile(99) / 1e6 };
}

it(`${AT_ONCE} PDFs at once leave the event loop free`, async () => {
  const thread = open({ mostWaiting: AT_ONCE });
  await thread.draw(document);
  // A machine that is busy with something else makes a loop look busy, too: one quiet measurement of several counts.
  let quietest = await measureLoop(thread);
  for (let again = 1; again <= 4 && (quietest.utilization >= 0.25 || quietest.delayMs >= 100); again += 1)
    quietest = await measureLoop(thread, again);
  expect(quietest.drawn).toBe(AT_ONCE);
  // Drawn on this thread, the first answer would wait for all of them, and the loop would never rest.
  expect(quietest.utilization).toBeLessThan(0.25);
  expect(quietest.delayMs).toBeLessThan(100);
});

it('who comes when too many wait is turned away at once, and is served later', async () => {
  const thread = open({ mostWaiting: 2 });
  const answers = await Promise.allSettled(different(8).map((one) => thread.draw(one)));
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  expect(refused.length).toBe(5);
  for (const reason of refused) expect(reason).toBeInstanceOf(PdfBusy);
  expect(await thread.draw(different(8)[7]!)).toBeInstanceOf(Buffer);
});

it('a further line makes another PDF', async () => {
  const thread = open();
  const before = await thread.draw(protocolOf(completed.slice(0, -1)));
  expect((await thread.draw(document)).equals(before)).toBe(false);
});

it('the same document is drawn once, however many ask and however often', async () => {
  const thread = open({ mostWaiting: 0 });
  const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => thread.draw(document)));
  for (const other of others) expect(other).toBe(first);
  expect(await thread.draw(document)).toBe(first);
});

it('keeps no more than it may', async () => {
  const thread = open({ mostKeptBytes: 1 });
  const first = await thread.draw(document);
  expect(await thread.draw(document)).not.toBe(first);
});
