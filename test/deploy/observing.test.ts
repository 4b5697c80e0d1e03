import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { FAILURES } from '../../src/domain/failures';
import { METRICS } from '../../src/metrics/names';
import { ALERTS_MADE } from '../drills/alerts';
import { ALERTS, QUERIES, seriesOf } from '../support/observing';
import { shortRules } from '../support/short-rules';

/* Alerts and dashboard as Prometheus' own tool judges them. What processes really show: `test/e2e/observed.test.ts`. */

const ROOT = join(__dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');

function promtool(...given: string[]): string {
  const program = process.env.PROMTOOL_PATH ?? 'promtool';
  try {
    return execFileSync(program, given, { cwd: DEPLOY, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: string; stdout?: string; stderr?: string };
    if (code !== 'ENOENT') throw new Error(`${stdout}${stderr}`, { cause: error });
    throw new Error('promtool is missing: node scripts/setup.mjs tools, or name it in PROMTOOL_PATH', {
      cause: error,
    });
  }
}

it('has alerts that fire when they should, and only then', () => {
  expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
});

it.each(ALERTS)('tries both for $alert', ({ alert }) => {
  interface Tried {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  }
  const { tests } = parse(readFileSync(join(DEPLOY, 'alerts.test.yml'), 'utf8')) as Tried;
  const tried = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  const fires = tried.filter(({ alertname }) => alertname === alert).map((one) => one.exp_alerts.length > 0);
  expect(fires).toEqual(expect.arrayContaining([true, false]));
});

it.each(ALERTS)('says in the runbook what to do about $alert', ({ alert, annotations }) => {
  const [page = '', anchor] = annotations.runbook_url.split('#');
  const headings = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^### (\w+)$/gm)];
  expect(headings.map(([, heading = '']) => heading)).toContain(alert);
  expect(anchor).toBe(alert.toLowerCase());
});

it('is made to fire by the drill of the alerts, each one', () => {
  expect(new Set(ALERTS_MADE)).toEqual(new Set(ALERTS.map(({ alert }) => alert)));
});

it('has a copy for that drill in which durations are shorter, and nothing else differs', () => {
  const withoutNumbers = (text: string) =>
    text.replaceAll(/(for: |\[|offset |absage_reconciler_last_run_seconds\) > )\d+[smh]?/g, '$1…');
  const shipped = readFileSync(join(DEPLOY, 'alerts.yml'), 'utf8');
  expect(shortRules()).not.toBe(shipped);
  expect(withoutNumbers(shortRules())).toBe(withoutNumbers(shipped));
  const inSeconds = (text: string) =>
    [...text.matchAll(/(?:for: |\[|offset |_last_run_seconds\) > )(\d+)([smh]?)/g)].map(
      ([, number, unit = '']) => Number(number) * { '': 1, s: 1, m: 60, h: 3_600 }[unit]!,
    );
  expect(inSeconds(shortRules()).every((seconds, nth) => seconds < inSeconds(shipped)[nth]!)).toBe(true);
});

it('asks in the dashboard only what Prometheus can read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'absage-queries-'));
  const rules = QUERIES.map(({ expr }, index) => ({ record: `query:${index}`, expr }));
  const file = join(folder, 'queries.yml');
  writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
  try {
    expect(promtool('check', 'rules', file)).toContain(`SUCCESS: ${rules.length} rules found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('shows each metric of Absage in the dashboard', () => {
  const shown = QUERIES.flatMap(({ expr }) => seriesOf(expr)).map((name) =>
    name.replace(/_(bucket|count)$/, ''),
  );
  expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([]);
});

it('names only failures that there are', () => {
  const named = ALERTS.flatMap(({ expr }) =>
    [...expr.matchAll(/(?:code|outcome)=~?"([^"]+)"/g)].flatMap(([, codes = '']) => codes.split('|')),
  ).filter((code) => code.includes('-') && code !== 'in-doubt');
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((code) => !(code in FAILURES))).toEqual([]);
});
