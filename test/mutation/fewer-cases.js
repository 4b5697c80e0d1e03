/* global jest */
/*
 * Only for Stryker: it checks each of some thousand faults with a few hundred cases of the properties, always the same
 * ones, instead of tens of thousands. A failing case is not shrunk, because Stryker only needs the failure.
 */
const MOST_CASES = 400;

jest.mock('fast-check', () => {
  const fc = jest.requireActual('fast-check');
  const assert = (property, parameters = {}) =>
    fc.assert(property, {
      ...parameters,
      seed: 4,
      numRuns: Math.min(MOST_CASES, parameters.numRuns ?? 100),
      endOnFailure: true,
    });
  return { ...fc, assert, default: { ...fc.default, assert } };
});
