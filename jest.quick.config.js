/**
 * `npm run test:quick`: a first answer in under two minutes on two cores. It starts no browser, builds nothing and
 * ends no process; `npm test` does all of that, and is what counts.
 */
process.env.SIM_RUNS ??= '400';

const QUICK = [
  // The rules, and whatever needs no server.
  'domain/**',
  'settings/!(faulty-settings)',
  'temporal/**',
  'cases/**',
  'journal/**',
  // The workflows on the virtual clock of Temporal's time-skipping server.
  'workflows/!(history-size)',
  // The API by inject, before a Temporal server of its own.
  'api/!(stream|without-workers|held-runs|server-abilities|interrupted)',
  // A few hundred schedules of the simulation, and whether each mutant still finds the text that it changes.
  'simulation/schedules-*',
  'simulation/models/**',
  'simulation/mutants/edits',
];

/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  testMatch: QUICK.map((files) => `<rootDir>/test/${files}.test.ts`),
};
