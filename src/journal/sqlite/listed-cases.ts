import { sql, type Kysely } from 'kysely';

/** The triggers that keep the list of cases, by their names. A copy may bring the end of a case before its beginning. */
export const LIST_KEEPERS = {
  entry_lists_case: `entry_lists_case after insert on "entry" when new.kind in ('opening', 'refusal')
    begin insert into listed_case (case_id, seq, house, event_number, at, state)
      values (new.case_id, new.seq, new.house, new.event_number, new.at, coalesce(
        (select outcome from entry where case_id = new.case_id and effect_key = 'end' and kind = 'end'),
        case new.kind when 'refusal' then 'refused' else 'open' end))
      on conflict (case_id) do nothing; end`,
  entry_ends_case: `entry_ends_case after insert on "entry" when new.kind = 'end' and new.effect_key = 'end'
    begin update listed_case set state = new.outcome where case_id = new.case_id; end`,
} as const;

/** See `SchemaDialect.keepList`. */
export async function keepList(db: Kysely<unknown>): Promise<void> {
  for (const trigger of Object.values(LIST_KEEPERS))
    await sql`create trigger if not exists ${sql.raw(trigger)}`.execute(db);
}
