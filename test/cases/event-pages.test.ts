import { EventPages } from '../../src/cases/event-pages';

const QUERY = { house: 'FSP', from: '2026-12-01' };
const EMPTY = { events: [], nextCursor: null };

function aShelf() {
  const clock = { ms: 0 };
  const pages = new EventPages(() => clock.ms);
  let asked = 0;
  const ask = () => {
    asked += 1;
    return Promise.resolve(EMPTY);
  };
  return { clock, pages, ask, asked: () => asked };
}

it('keeps a page for a minute, and says when Jet was asked', async () => {
  const { clock, pages, ask, asked } = aShelf();
  await pages.read(QUERY, ask);
  clock.ms = 59_999;
  expect(await pages.read({ ...QUERY }, ask)).toEqual({ ...EMPTY, readAt: '1970-01-01T00:00:00.000Z' });
  expect(asked()).toBe(1);
  clock.ms = 60_000;
  await pages.read(QUERY, ask);
  expect(asked()).toBe(2);
});

it('keeps the pages of two queries apart, whatever the order of their parts', async () => {
  const { pages, ask, asked } = aShelf();
  await pages.read(QUERY, ask);
  await pages.read({ from: '2026-12-01', house: 'FSP' }, ask);
  expect(asked()).toBe(1);
  await pages.read({ ...QUERY, house: 'LTN' }, ask);
  await pages.read({ ...QUERY, cursor: 'zwei' }, ask);
  expect(asked()).toBe(3);
});

it('reads anew where that is wanted, and keeps what it read', async () => {
  const { clock, pages, ask, asked } = aShelf();
  await pages.read(QUERY, ask);
  clock.ms = 30_000;
  await pages.read(QUERY, ask, { isNow: true });
  clock.ms = 80_000;
  await pages.read(QUERY, ask);
  expect(asked()).toBe(2);
});

it('keeps no failure', async () => {
  const { pages, ask, asked } = aShelf();
  await expect(pages.read(QUERY, () => Promise.reject(new Error('Jet is away')))).rejects.toThrow('away');
  await pages.read(QUERY, ask);
  expect(asked()).toBe(1);
});

it('keeps only so many pages', async () => {
  const { pages, ask, asked } = aShelf();
  for (let number = 0; number < 201; number += 1) await pages.read({ cursor: String(number) }, ask);
  await pages.read({ cursor: '0' }, ask);
  expect(asked()).toBe(202);
});
