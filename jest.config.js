const swc = (parser, transform = {}) => [
  '@swc/jest',
  {
    jsc: { parser: { syntax: 'typescript', ...parser }, transform, target: 'es2023' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/**
 * What takes minutes and has a short form among the others: `npm run test:long`. The short forms: the mutants of the kept seeds
 * for all mutants; `upgrade`, `encrypted` and `series` for the rest, `support-bundle` for `support`; the gateways that break a read for those that break a write.
 */
const LONG = [
  'test/simulation/mutants/mutants\\.test',
  'test/e2e/(versions|contact|support|full-disk|upgrade-restore|encrypted-web-ui|series-forty)\\.test',
  'test/gateway-check/broken-writers\\.test',
  'test/drills/drills\\.test',
];
const skipped = process.env.LONG_TESTS ? [] : LONG;
// A suite that is passed over in silence is taken for one that holds.
if (skipped.length > 0) process.env.LONG_TESTS_SKIPPED = LONG.join(' ');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...skipped],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.[cm]?[jt]s$': swc({}),
    '^.+\\.tsx$': swc({ tsx: true }, { react: { runtime: 'automatic', importSource: 'hono/jsx' } }),
  },
  // Published as ES modules only, which Jest on Node 20 cannot require; @fastify/cookie imports the first.
  transformIgnorePatterns: [
    '/node_modules/(?!(cookie|content-disposition|@fastify/cookie|openid-client|oauth4webapi|jose)/)',
  ],
  globalSetup: '<rootDir>/scripts/jest-global-setup.js',
  // Patience, not a measure: beside simulations and browsers on two cores a case on the test server takes minutes.
  testTimeout: 240_000,
  // On two cores too: many tests wait for a server, a browser or a clock. With more, those that measure time suffer.
  maxWorkers: 3,
  // Each suite leaves some 50 MB behind in its process: after a hundred of them a process collects garbage more than it tests.
  workerIdleMemoryLimit: '1200MB',
};
