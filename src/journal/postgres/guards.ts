import { sql, type Kysely } from 'kysely';
import { APPEND_ONLY_TABLES } from '../sql/migrations';
import { LIST_KEEPER, LIST_KEEPER_BODY } from './listed-cases';

const FUNCTION = 'journal_is_append_only';

/** One trigger for each row that is changed or deleted, and one for a table that is emptied. */
const GUARDS = APPEND_ONLY_TABLES.flatMap((table) => [
  { table, name: `${table}_no_change`, when: 'before', on: 'update or delete', each: 'row' },
  { table, name: `${table}_no_truncate`, when: 'before', on: 'truncate', each: 'statement' },
]);

const BODY = `begin raise exception 'the journal is append-only' using errcode = 'restrict_violation'; end`;

/**
 * Triggers hold "append-only" against every program that connects, also one that replicates. Whoever owns the tables could take
 * them away: so the role that the service works as should not.
 */
export async function forbidChanges(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`create or replace function ${sql.ref(FUNCTION)}() returns trigger language plpgsql as ${sql.lit(BODY)}`.execute(
    db,
  );
  for (const { name, on, each } of GUARDS.filter((guard) => guard.table === table)) {
    await sql`create trigger ${sql.ref(name)} before ${sql.raw(on)} on ${sql.table(table)}
      for each ${sql.raw(each)} execute function ${sql.ref(FUNCTION)}()`.execute(db);
    await sql`alter table ${sql.table(table)} enable always trigger ${sql.ref(name)}`.execute(db);
  }
}

/** The triggers that every journal must have. */
const TRIGGERS = [
  ...GUARDS.map((guard) => ({ ...guard, body: BODY })),
  {
    table: 'entry',
    name: LIST_KEEPER,
    when: 'after',
    on: 'insert',
    each: 'row',
    body: LIST_KEEPER_BODY,
  },
];

/** The names of the guards that are gone, switched off or do something else, and of triggers that are none of ours. */
export async function findBrokenGuards<T>(db: Kysely<T>): Promise<string[]> {
  const { rows } = await sql<{ name: string; definition: string; enabled: string; body: string }>`
    select t.tgname as name, pg_get_triggerdef(t.oid) as definition, t.tgenabled as enabled, p.prosrc as body
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace`.execute(db);
  const found = new Map(rows.map((row) => [row.name, row]));
  const isWhole = ({ name, table, when, on, each, body }: (typeof TRIGGERS)[number]) => {
    const { definition, enabled, body: foundBody } = found.get(name) ?? {};
    return (
      enabled === 'A' &&
      foundBody === body &&
      // PostgreSQL names the events in an order of its own.
      on.split(' or ').every((change) => definition?.toLowerCase().includes(change)) &&
      new RegExp(
        `^CREATE TRIGGER ${name} ${when.toUpperCase()} [A-Z ]+ ON [^ ]*${table} FOR EACH ${each.toUpperCase()} EXECUTE`,
      ).test(definition ?? '')
    );
  };
  const broken = TRIGGERS.filter((trigger) => !isWhole(trigger)).map(({ name }) => name);
  const own = new Set(TRIGGERS.map(({ name }) => name));
  return [...broken, ...[...found.keys()].filter((name) => !own.has(name))];
}
