#!/usr/bin/env node
/**
 * From a fresh clone to a running Absage: installs, fetches the tools (Temporal's, for tests PostgreSQL as well), builds,
 * then does what was asked.
 * Needs nothing but Node (and Python, where Temporal's own download cannot be reached).
 *
 * Usage: node scripts/setup.mjs up | demo | test | test:quick | test:keycloak | verify | build | tools | temporal  [arguments]
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './setup/build.mjs';
import { installDependencies } from './setup/install.mjs';
import { findKeycloak } from './setup/keycloak.mjs';
import { withLock } from './setup/lock.mjs';
import { checkNode, endOnSignal, ROOT, runThrough, say, SetupError } from './setup/support.mjs';
import { findTools } from './setup/tools.mjs';
import { verify } from './setup/verify.mjs';

const COMMANDS = {
  up: (rest) => runCli(['up', ...rest]),
  demo: (rest) => runCli(['demo', ...rest]),
  test: (rest) => runJest(rest),
  'test:quick': (rest) => runJest(['--config', 'jest.quick.config.js', ...rest]),
  'test:keycloak': (rest) => runJest(['--maxWorkers=1', 'test/keycloak', ...rest]),
  verify,
  build: () => 0,
  tools: () => 0,
  /** Of the tools only what `absage up` starts. */
  temporal: () => 0,
};

const NEEDS_NO_TOOLS = ['verify', 'build'];
/** The quick tests run from the sources alone. */
const NEEDS_NO_BUILD = ['tools', 'temporal', 'verify', 'test:quick'];
const NEEDS_NO_PACKAGES = ['tools', 'temporal'];
const NEEDS_NO_TEST_TOOLS = ['up', 'demo', 'temporal'];

async function main([command, ...rest]) {
  if (!Object.hasOwn(COMMANDS, command ?? '')) {
    throw new SetupError(`Aufruf: node scripts/setup.mjs ${Object.keys(COMMANDS).join(' | ')}`);
  }
  checkNode(process.versions.node);
  endOnSignal(command === 'up' ? 0 : 1);
  await withLock(async () => {
    if (!NEEDS_NO_PACKAGES.includes(command)) await installDependencies();
    const tools = NEEDS_NO_TOOLS.includes(command)
      ? {}
      : await findTools(!NEEDS_NO_TEST_TOOLS.includes(command));
    if (tools.temporal) process.env.TEMPORAL_CLI_PATH = tools.temporal;
    if (tools.testServer) process.env.TEMPORAL_TEST_SERVER_PATH = tools.testServer;
    if (tools.postgres) process.env.POSTGRES_BIN_PATH = tools.postgres;
    if (tools.promtool) process.env.PROMTOOL_PATH = tools.promtool;
    if (tools.prometheus) process.env.PROMETHEUS_PATH = tools.prometheus;
    if (command === 'test:keycloak') process.env.KEYCLOAK_ARCHIVE = await findKeycloak();
    if (!NEEDS_NO_BUILD.includes(command)) await build();
  });
  return COMMANDS[command](rest);
}

/** Runs in this very process, so that a signal to npm or to the process group reaches it. */
async function runCli(args) {
  const cli = join(ROOT, 'dist', 'cli.js');
  process.argv = [process.execPath, realpathSync(cli), ...args];
  await import(pathToFileURL(cli).href);
}

function runJest(args) {
  return runThrough(process.execPath, [join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), ...args]);
}

try {
  const exitCode = await main(process.argv.slice(2));
  if (typeof exitCode === 'number') process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
