import { performance } from 'node:perf_hooks';
import type { Opening } from '../../src/domain/case';
import type { CaseRef } from '../../src/domain/types';
import { anInput, anOrder } from '../support/examples';
import { ConsoleStage } from '../support/console-stage';

const CASES = 500;
/** The number of ended cases on the first page. */
const PAGE = 100;
/** The cases that stay open: the oldest and the newest. */
const OPEN = [0, CASES - 1];
const LOOKS = 10;

let stage: ConsoleStage;

const refOf = (index: number): CaseRef => ({
  caseId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  house: 'FSP',
  eventNumber: String(100_000 + index),
});

function rowOf(index: number): string {
  const { house, eventNumber, caseId } = refOf(index);
  return `fall-${house}-${eventNumber}-${caseId}`;
}

async function write(index: number, kind: 'opening' | 'end'): Promise<void> {
  const ref = refOf(index);
  const input = anInput({ caseId: ref.caseId, order: anOrder({ eventNumber: ref.eventNumber }) });
  const line = { actor: 'test', actorId: 'token:test', effectKey: kind };
  if (kind === 'end') {
    await stage.api.journal.append(ref, {
      ...line,
      kind,
      step: 'report',
      operation: 'close',
      outcome: 'aborted',
    });
  } else {
    const after = { input, event: null } as unknown as Opening;
    await stage.api.journal.openCase(ref, {
      ...line,
      kind,
      step: 'check',
      operation: 'check',
      after,
      outcome: 'ok',
    });
  }
}

beforeAll(async () => {
  stage = await ConsoleStage.open();
  for (let index = 0; index < CASES; index += 1) {
    await write(index, 'opening');
    if (!OPEN.includes(index)) await write(index, 'end');
  }
}, 120_000);
afterAll(() => stage.close());

it(`the overview of ${CASES} cases is there in less than 200 ms`, async () => {
  const times: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const startedAt = performance.now();
    const { body } = await stage.app.inject({ url: '/' });
    times.push(performance.now() - startedAt);
    expect(body.match(/<li id="fall-/g)).toHaveLength(PAGE + OPEN.length);
    expect(body).toContain('Ältere anzeigen');
    for (const index of OPEN) expect(body).toContain(rowOf(index));
  }
  expect(Math.min(...times)).toBeLessThan(200);
});

it('a case that ends sends its row, the numbers and who makes room for it, and nothing else', async () => {
  const controller = new AbortController();
  const { body } = await fetch(`${stage.url}/live?seite=/`, { signal: controller.signal });
  const events = readEvents(body!);
  const first = await events.next();
  expect(first.value).toHaveLength(PAGE + OPEN.length + 4);
  await write(CASES - 1, 'end');
  const row = rowOf(CASES - 1);
  const seen = new Set<string>();
  for (let place = ''; place !== 'liste-done';) {
    const { value: patches = [] } = await events.next();
    for (const { id } of patches) seen.add(id.replace(/^zahl-.*/, 'a number'));
    place = patches.find(({ id }) => id === row)?.into ?? '';
  }
  expect([...seen].sort()).toEqual(['a number', rowOf(CASES - 1 - PAGE), row]);
  controller.abort();
});

// Open cases used to be shown up to the newest hundred, and nothing led to the others.
it('leads to every open case, however many are newer', async () => {
  const further = PAGE + 1;
  for (let index = CASES; index < CASES + further; index += 1) await write(index, 'opening');
  const first = await stage.app.inject({ url: '/' });
  expect(first.body).not.toContain(rowOf(0));
  const link = /<a href="([^"]*offene=[^"]*)">Weitere laufende anzeigen/.exec(first.body)?.[1] ?? '';
  const next = await stage.app.inject({ url: link.replaceAll('&amp;', '&') });
  expect(next.body).toContain(rowOf(0));
  expect(next.body).not.toContain('Weitere laufende anzeigen');
});

type Patch = { id: string; into: string; html: string };

/** The patches of a live stream, event by event; what it says of the writes of all houses is none. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Patch[], undefined> {
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      const data = /^data: (.*)$/m.exec(event)?.[1];
      text = text.slice(end + 2);
      if (data && !/^event: writes$/m.test(event)) yield (JSON.parse(data) as { regions: Patch[] }).regions;
    }
  }
}
