import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes';

it('names each search attribute and its type as servers register them: a namespace keeps them for ever', () => {
  expect(SEARCH_ATTRIBUTES).toEqual([
    { name: 'House', typeName: 'Keyword', typeNumber: 2 },
    { name: 'EventNumber', typeName: 'Keyword', typeNumber: 2 },
    { name: 'CancellationStep', typeName: 'Keyword', typeNumber: 2 },
    { name: 'NeedsAttention', typeName: 'Bool', typeNumber: 5 },
    { name: 'PerformanceAt', typeName: 'Datetime', typeNumber: 6 },
    { name: 'Series', typeName: 'Keyword', typeNumber: 2 },
  ]);
});
