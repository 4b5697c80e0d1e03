import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { problem, readiness } from '../../src/api/answers';
import type { cancellation, cancellationList, journal, listChange } from '../../src/api/case-answers';
import type { eventList, plan, singleEvent } from '../../src/api/event-answers';
import type { CaseJournal } from '../../src/cases/case-journal';
import type { EventPage, SingleEvent } from '../../src/cases/events';
import type { CancellationPage } from '../../src/cases/lists';
import type { ListChange } from '../../src/cases/live';
import type { PlannedOrder } from '../../src/cases/orders';
import { PROBLEMS, type ProblemBody } from '../../src/cases/problems';
import type { Readiness } from '../../src/cases/readiness';
import type { CancellationView } from '../../src/cases/view';

/** The members of a type and of all types in it, however they were composed. */
type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T;
type IsSame<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;

/**
 * A compile-time check that the document describes what is sent: a member more or less on either side does not compile.
 */
const DOCUMENTED: {
  view: IsSame<z.output<typeof cancellation>, CancellationView>;
  list: IsSame<z.output<typeof cancellationList>, CancellationPage>;
  change: IsSame<z.output<typeof listChange>, ListChange>;
  journal: IsSame<z.output<typeof journal>, CaseJournal>;
  events: IsSame<z.output<typeof eventList>, EventPage>;
  event: IsSame<z.output<typeof singleEvent>, SingleEvent>;
  plan: IsSame<z.output<typeof plan>, PlannedOrder>;
  readiness: IsSame<z.output<typeof readiness>, Readiness>;
  problem: IsSame<z.output<typeof problem>, ProblemBody>;
} = {
  view: true,
  list: true,
  change: true,
  journal: true,
  events: true,
  event: true,
  plan: true,
  readiness: true,
  problem: true,
};

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer>; requestBody?: unknown }>>;
  components: { schemas: Record<string, { additionalProperties?: unknown }> };
}
interface Answer {
  description: string;
  content?: Record<string, { schema: unknown }>;
}

const document = JSON.parse(readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8')) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
);

describe('the document', () => {
  it('describes what is sent, to the last member', () => {
    expect(Object.values(DOCUMENTED)).not.toContain(false);
  });

  it.each(operations)('describes each answer of $name', ({ responses }) => {
    const withBody = Object.entries(responses).filter(([status]) => status !== '204');
    const contents = withBody.map(([, { content }]) => Object.values(content ?? {})[0]?.schema);
    expect(contents.length).toBeGreaterThan(1);
    for (const schema of contents) expect(schema).toBeInstanceOf(Object);
  });

  it('names every problem with its German title', () => {
    // The last three are only for the pages, and for Temporal's Web UI, which is shown payloads beside them.
    const everywhere = [
      'not-found',
      'method-not-allowed',
      'request-timeout',
      'headers-too-large',
      'stale-page',
      'no-cookies',
      'not-allowed',
    ];
    const told = operations.flatMap(({ responses }) => Object.values(responses)).map((it) => it.description);
    for (const [code, { title }] of Object.entries(PROBLEMS)) {
      if (everywhere.includes(code)) continue;
      expect(told.join('\n')).toContain(`\`${code}\`: ${title}`);
    }
  });

  it('closes what is asked for, and leaves answers room to grow', () => {
    for (const [name, { additionalProperties }] of Object.entries(document.components.schemas)) {
      expect([name, additionalProperties]).toEqual([name, name.endsWith('Input') ? false : undefined]);
    }
  });
});
