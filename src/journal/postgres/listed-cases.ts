import { sql, type Kysely } from 'kysely';

const FUNCTION = 'journal_lists_case';

/** The trigger that keeps the list of cases. A copy may bring the end of a case before its beginning. */
export const LIST_KEEPER = 'entry_lists_case';

export const LIST_KEEPER_BODY = `begin
  if new.kind in ('opening', 'refusal') then
    insert into listed_case (case_id, seq, house, event_number, at, state)
    values (new.case_id, new.seq, new.house, new.event_number, new.at, coalesce(
      (select outcome from entry where case_id = new.case_id and effect_key = 'end' and kind = 'end'),
      case new.kind when 'refusal' then 'refused' else 'open' end))
    on conflict (case_id) do nothing;
  elsif new.kind = 'end' and new.effect_key = 'end' then
    update listed_case set state = new.outcome where case_id = new.case_id;
  end if;
  return null;
end`;

/**
 * See `SchemaDialect.keepList`. It runs with the rights of the role that owns the tables: the one that the service works as may only
 * read the list.
 */
export async function keepList(db: Kysely<unknown>): Promise<void> {
  await sql`create or replace function ${sql.ref(FUNCTION)}() returns trigger language plpgsql
    security definer set search_path from current as ${sql.lit(LIST_KEEPER_BODY)}`.execute(db);
  await sql`create trigger ${sql.ref(LIST_KEEPER)} after insert on entry
    for each row execute function ${sql.ref(FUNCTION)}()`.execute(db);
  await sql`alter table entry enable always trigger ${sql.ref(LIST_KEEPER)}`.execute(db);
}
