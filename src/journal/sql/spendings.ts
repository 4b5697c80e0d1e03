import { toInstant, toMs } from '../../domain/clock';
import type { Instant } from '../../domain/types';
import type { Spent } from '../port';
import type { Db } from './rows';

/** Instants are kept in UTC with the same number of digits, so they compare as text. */
export async function spend(db: Db, key: string, at: Instant, windowMs: number): Promise<Spent> {
  const until = toInstant(toMs(at) + windowMs);
  const spent = await db
    .insertInto('spending')
    .values({ key, count: 1, until })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet(({ eb, ref }) => ({
        count: eb
          .case()
          .when('spending.until', '<=', at)
          .then(1)
          .else(eb('spending.count', '+', 1))
          .end(),
        until: eb.case().when('spending.until', '<=', at).then(until).else(ref('spending.until')).end(),
      })),
    )
    .returning(['count', 'until'])
    .executeTakeFirstOrThrow();
  // Nobody counts on what is over; the table stays as small as the callers of one window are many.
  if (spent.count === 1) await db.deleteFrom('spending').where('until', '<=', at).execute();
  return spent;
}
