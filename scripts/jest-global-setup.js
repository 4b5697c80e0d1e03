const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** Gives the tests the paths of Temporal's tools and of PostgreSQL, as `scripts/setup.mjs` found them. Keeps variables that are set. */
module.exports = function globalSetup() {
  const toolsFile = join(__dirname, '..', '.cache', 'tools.json');
  if (!existsSync(toolsFile)) return;
  const { temporal, testServer, postgres } = JSON.parse(readFileSync(toolsFile, 'utf8'));
  if (temporal) process.env.TEMPORAL_CLI_PATH ??= temporal;
  if (testServer) process.env.TEMPORAL_TEST_SERVER_PATH ??= testServer;
  if (postgres) process.env.POSTGRES_BIN_PATH ??= postgres;
};
