import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { pino } from 'pino';
import { buildApp } from '../src/api/app';
import { type AppDependencies } from '../src/api/dependencies';
import { logInByName } from '../src/cases/log-in';
import { loadConfig } from '../src/settings/environment';

/** Writes `docs/openapi.json` from the running routes, or with `--check` fails when it is not up to date. */
const FILE = join(__dirname, '../docs/openapi.json');

async function main(): Promise<void> {
  // Only the routes' schemas are read: nothing behind them is called.
  const app = await buildApp({
    houses: new Map(),
    isRehearsal: true,
    logIn: logInByName,
    version: '',
    limits: loadConfig({}).limits,
    logger: pino({ level: 'silent' }),
  } as unknown as AppDependencies);
  const written = await format(JSON.stringify(app.swagger()), { parser: 'json', printWidth: 110 });
  await app.close();
  if (!process.argv.includes('--check')) return writeFileSync(FILE, written);
  if (readFileSync(FILE, 'utf8') === written) return;
  process.stderr.write('docs/openapi.json is not up to date: npm run openapi\n');
  process.exitCode = 1;
}

void main();
