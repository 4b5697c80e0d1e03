const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** Gives the tests the paths of the tools, as `scripts/setup.mjs` found them. Keeps variables that are set. */
module.exports = function globalSetup() {
  const { LONG_TESTS_SKIPPED: skipped } = process.env;
  if (skipped) process.stderr.write(`\nSKIPPED: what takes minutes (${skipped}): npm run test:long\n\n`);
  const toolsFile = join(__dirname, '..', '.cache', 'tools.json');
  if (!existsSync(toolsFile)) return;
  const { temporal, testServer, postgres, promtool, prometheus } = JSON.parse(
    readFileSync(toolsFile, 'utf8'),
  );
  if (temporal) process.env.TEMPORAL_CLI_PATH ??= temporal;
  if (testServer) process.env.TEMPORAL_TEST_SERVER_PATH ??= testServer;
  if (promtool) process.env.PROMTOOL_PATH ??= promtool;
  if (prometheus) process.env.PROMETHEUS_PATH ??= prometheus;
  if (postgres) process.env.POSTGRES_BIN_PATH ??= postgres;
};
