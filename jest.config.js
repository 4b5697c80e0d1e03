const swc = (parser, transform = {}) => [
  '@swc/jest',
  {
    jsc: { parser: { syntax: 'typescript', ...parser }, transform, target: 'es2023' },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
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
};
