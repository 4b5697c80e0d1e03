import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inspectConfig, SETTING_NAMES } from '../../src/settings/environment';
import { isFor } from '../../src/settings/parts';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/going-live.md'), 'utf8');
const [, table = ''] = page.split('\n## 7. Every setting\n');

/** The rows of a setting; one that only `absage up` needs has no column for who reads it. */
const rows = [
  ...table.matchAll(/^\| `(ABSAGE_\w+)` +\| (.+?) +\| (?:(both|worker|server|commands) +\| )?/gm),
].map(([, name = '', value = '', readBy]) => ({ name, value, readBy }));

function readersOf(name: string): string {
  const [worker, server] = [isFor('worker', name), isFor('server', name)];
  if (worker && server) return 'both';
  if (worker) return 'worker';
  return server ? 'server' : 'commands';
}

it('has a row for each setting, and for nothing else', () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual(SETTING_NAMES.toSorted());
});

it.each(rows.filter(({ readBy }) => readBy !== undefined))('says who reads $name', ({ name, readBy }) => {
  expect(readBy).toBe(readersOf(name));
});

/** A default that is a value, which makes no difference where it is given. */
const values = rows.flatMap(({ name, value }) => {
  const [, given = null] = /^`(?!ABSAGE_)([^`]+)`$/.exec(value) ?? [];
  return given === null ? [] : [{ name, given }];
});

it.each(values)('says the default of $name', ({ name, given }) => {
  const surroundings = {
    ...(name !== 'ABSAGE_MODE' && { ABSAGE_MODE: 'production' }),
    ...(name.startsWith('ABSAGE_OIDC_') && {
      ABSAGE_OIDC_ISSUER: 'https://login.example',
      ABSAGE_OIDC_CLIENT_ID: 'absage',
      ABSAGE_OIDC_CLIENT_SECRET: 'secret',
      ABSAGE_PEOPLE: 'people.json',
    }),
  };
  const { config } = inspectConfig(surroundings);
  expect(config).not.toBeNull();
  expect(inspectConfig({ ...surroundings, [name]: given }).config).toEqual(config);
});

it("shows the dynamic configuration of Temporal's server as it is in deploy", () => {
  const [, shown = ''] = /```yaml\n([\s\S]+?)```/.exec(page) ?? [];
  const file = readFileSync(join(ROOT, 'deploy/compose/temporal-dynamic-config.yaml'), 'utf8');
  expect(parse(shown)).toEqual(parse(file));
});
