import { createRequire } from 'node:module';

const jestConfig = createRequire(import.meta.url)('./jest.config.js');

/**
 * Puts small faults into the pure part, src/domain, and counts how many of them its tests notice: `npm run mutants`.
 * Takes some minutes and is therefore no part of `npm test`.
 */
export default {
  mutate: ['src/domain/**/*.ts'],
  // What people read is reviewed by people; a test that repeats each sentence word by word proves nothing. So texts of
  // several words are left alone; every code, key, separator and pattern is not.
  plugins: ['@stryker-mutator/jest-runner', './test/mutation/sentences.mjs'],
  ignorers: ['sentences'],
  // A fault in a table that is read once needs all tests anew, ten seconds each: the tables have tests that walk them.
  ignoreStatic: true,
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  jest: {
    config: {
      ...jestConfig,
      testMatch: ['<rootDir>/test/mutation/whole-domain.js'],
      setupFiles: ['<rootDir>/test/mutation/fewer-cases.js'],
    },
    enableFindRelatedTests: false,
  },
  ignorePatterns: ['/bench', '/data', '/dist', '/dist.*', '/docs', '/test/e2e', '/test/replay'],
  concurrency: 2,
  timeoutMS: 5_000,
  thresholds: { high: 95, low: 90, break: 85 },
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.cache/stryker/report.json' },
  tempDirName: '.cache/stryker/sandbox',
};
