import { MOVED_TO, OLDEST_BUILD } from './oldest-build';
import type { Db, Tables } from './rows';

/** So many rows go into one statement: databases know a limit of values. */
const AT_ONCE = 400;

/**
 * Every table, and the columns that name a row; but the list of cases, which each database makes from the lines, and who is at
 * work: nobody works with a copy.
 */
const KEYS = {
  entry: ['case_id', 'seq'],
  claim: ['case_id'],
  case_chain: ['number'],
  installation: ['name'],
  named_run: ['seal'],
  payload_key: ['id'],
  session: ['id_hash'],
  contact_key: ['case_id'],
  open_check: ['case_id'],
  kept_form: ['id'],
  spending: ['key'],
} as const satisfies { [Table in Copied]: readonly (keyof Tables[Table])[] };

type Copied = Exclude<keyof Tables, 'listed_case' | 'at_work'>;

/** What each database says of itself. */
const OWN_FACTS: readonly string[] = [OLDEST_BUILD, MOVED_TO];

/** Copies every row as it is. Rows that are there already stay: so a copy that was interrupted can be made again. */
export async function copyTables(from: Db, to: Db): Promise<void> {
  for (const [table, key] of Object.entries(KEYS) as [Copied, readonly string[]][])
    await copyTable(from, to, table, key);
}

/** The tables have nothing in common but that they have rows. */
type Row = Record<string, unknown>;

async function copyTable(from: Db, to: Db, table: Copied, key: readonly string[]): Promise<void> {
  for await (const rows of pages(from, table, key)) {
    const own =
      table === 'installation' ? rows.filter(({ name }) => !OWN_FACTS.includes(name as string)) : rows;
    if (own.length > 0)
      await to
        .insertInto(table)
        .values(own as never)
        .onConflict((conflict) => conflict.columns(key as never).doNothing())
        .execute();
  }
}

/** All rows in the order of their key, each page after the last row of the one before. */
async function* pages(from: Db, table: Copied, key: readonly string[]): AsyncGenerator<Row[]> {
  let last: Row | null = null;
  for (;;) {
    let query = from.selectFrom(table).selectAll().limit(AT_ONCE);
    for (const column of key) query = query.orderBy(column as never);
    if (last) {
      const after: Row = last;
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(
          key.length === 1 ? (key[0] as never) : (refTuple as (...columns: string[]) => never)(...key),
          '>',
          key.length === 1
            ? (after[key[0] as string] as never)
            : (tuple as (...values: unknown[]) => never)(...key.map((column) => after[column])),
        ),
      );
    }
    const rows = (await query.execute()) as Row[];
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1) as Row;
  }
}
