import { turnOf, URGENCY } from '../../src/domain/urgency';

it('has the five levels that Temporal knows', () => {
  expect(Object.values(URGENCY)).toEqual([1, 2, 3, 4, 5, 5]);
});

it('takes the houses in turn', () => {
  expect(turnOf('write', 'FSP')).toEqual({ priorityKey: 1, fairnessKey: 'FSP' });
  expect(turnOf('look-of-series', 'LTN')).toEqual({ priorityKey: 5, fairnessKey: 'LTN' });
});

// It reads without a pause while many cases wait: at the level of a search it took half of Jet from a series of 500.
it('has nothing go behind the watch on the status', () => {
  expect(Math.max(...Object.values(URGENCY))).toBe(URGENCY.watch);
});
