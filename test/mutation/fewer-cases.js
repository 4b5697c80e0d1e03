/* global jest */
/*
 * For Stryker only: each of some thousand faults is met by the properties with a few hundred cases, always the same
 * ones, instead of tens of thousands; and nobody wants the one that fails made smaller.
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
