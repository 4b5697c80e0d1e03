import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const DEPLOY = join(__dirname, '../../deploy');

export interface Alert {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook_url: string };
}

interface Panel {
  title: string;
  targets: { expr: string }[];
}

const read = (file: string) => readFileSync(join(DEPLOY, file), 'utf8');

export const ALERTS = (parse(read('alerts.yml')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

const PANELS = (JSON.parse(read('dashboard.json')) as { panels: Panel[] }).panels;

/** The queries of the dashboard, with Grafana's own variable filled in. */
export const QUERIES = PANELS.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll('$__rate_interval', '5m') })),
);

/** The series that a query asks for. `up` is Prometheus' own. */
export function seriesOf(expr: string): string[] {
  return [...expr.matchAll(/\b(?:absage|temporal)_[a-z_]+/g)].map(([name]) => name);
}

/** The series of a page in Prometheus' text format, those of histograms by each of their names. */
export function seriesOfPage(text: string): Set<string> {
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', kind]) =>
    kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  );
  return new Set(names);
}
