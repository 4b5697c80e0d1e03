import { join } from 'node:path';
import { performance, monitorEventLoopDelay } from 'node:perf_hooks';
import { protocolHouse } from '../../src/protocol/build';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { PdfBusy, PdfThread, type ProtocolSource } from '../../src/protocol/pdf-thread';
import { aHouse } from '../support/examples';
import { ProtocolCases, protocolOf } from './protocol-cases';

const AT_ONCE = 40;
/** The thread runs the sources, with the compiler of the tests. */
const execArgv = ['--require', join(__dirname, '../../scripts/register-swc.js')];

let cases: ProtocolCases;
let source: ProtocolSource;
const threads: PdfThread[] = [];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  const entries = await cases.completed();
  source = { entries, house: protocolHouse(aHouse()), isRehearsal: true, contact: null };
}, 90_000);
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
const different = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...source,
    house: { ...source.house, name: `${source.house.name} ${index}` },
  }));

it('the PDF of the thread is the one that `absage verify` draws', async () => {
  const expected = await renderProtocolPdf(protocolOf([...source.entries]));
  expect((await open().draw(source))?.equals(expected)).toBe(true);
}, 90_000);

it(`${AT_ONCE} PDFs at once leave the event loop free`, async () => {
  const thread = open({ mostWaiting: AT_ONCE });
  await thread.draw(source);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = performance.eventLoopUtilization();
  delay.enable();
  const drawn = await Promise.all(different(AT_ONCE).map((one) => thread.draw(one)));
  delay.disable();
  const { utilization } = performance.eventLoopUtilization(before);
  expect(drawn).toHaveLength(AT_ONCE);
  // Drawn on this thread, the first answer would wait for all of them, and the loop would never rest.
  expect(utilization).toBeLessThan(0.25);
  expect(delay.percentile(99) / 1e6).toBeLessThan(100);
}, 120_000);

it('who comes when too many wait is turned away at once, and is served later', async () => {
  const thread = open({ mostWaiting: 2 });
  const answers = await Promise.allSettled(different(8).map((one) => thread.draw(one)));
  const refused = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  expect(refused.length).toBe(5);
  for (const reason of refused) expect(reason).toBeInstanceOf(PdfBusy);
  expect(await thread.draw(different(8)[7]!)).toBeInstanceOf(Buffer);
}, 90_000);

it('of a case that says nothing yet there is none', async () => {
  expect(await open().draw({ ...source, entries: [] })).toBeNull();
}, 90_000);

it('a further line makes another PDF', async () => {
  const thread = open();
  const before = await thread.draw({ ...source, entries: source.entries.slice(0, -1) });
  expect((await thread.draw(source))?.equals(before!)).toBe(false);
}, 90_000);

it('the same document is drawn once, however many ask and however often', async () => {
  const thread = open({ mostWaiting: 0 });
  const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => thread.draw(source)));
  for (const other of others) expect(other).toBe(first);
  expect(await thread.draw(source)).toBe(first);
}, 90_000);

it('keeps no more than it may', async () => {
  const thread = open({ mostKeptBytes: 1 });
  const first = await thread.draw(source);
  expect(await thread.draw(source)).not.toBe(first);
}, 90_000);
