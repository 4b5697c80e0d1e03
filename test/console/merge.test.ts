import { setImmediate as nextTurn } from 'node:timers/promises';
import { merge } from '../../src/console/merge';

async function* of(...values: string[]) {
  for (const value of values) {
    await nextTurn();
    yield value;
  }
}

async function all(sources: AsyncIterable<string>[]): Promise<string[]> {
  const seen: string[] = [];
  for await (const value of merge(sources)) seen.push(value);
  return seen;
}

it('gives all that its sources give, each in its own order', async () => {
  const seen = await all([of('a1', 'a2', 'a3'), of('b1'), of()]);
  expect(seen.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
  expect(seen.filter((value) => value.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
});

it('of nothing is over at once', async () => {
  expect(await all([])).toEqual([]);
});

it('waits with its sources for a slow reader', async () => {
  let made = 0;
  const source = (async function* () {
    for (;;) yield String((made += 1));
  })();
  const values = merge([source]);
  await values.next();
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  expect(made).toBe(1);
});

it('fails with a source that fails', async () => {
  const failing = (async function* () {
    yield 'a';
    await nextTurn();
    throw new Error('broken');
  })();
  await expect(all([failing, of('b')])).rejects.toThrow('broken');
});
