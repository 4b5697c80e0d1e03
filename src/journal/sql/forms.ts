import type { FormRules, StoredForm } from '../port';
import type { Db } from './rows';

export async function keep(
  db: Db,
  { id, browser, path, sealed, keptAt }: StoredForm,
  { since, perBrowser, size }: FormRules,
): Promise<void> {
  await db.insertInto('kept_form').values({ id, browser, path, sealed, kept_at: keptAt }).execute();
  await db.deleteFrom('kept_form').where('kept_at', '<', since).execute();
  const newestFirst = await db
    .selectFrom('kept_form')
    .select(({ fn }) => ['id', 'browser', fn<number>('length', ['sealed']).as('size')])
    .orderBy('kept_at', 'desc')
    .orderBy('id')
    .execute();
  const tooMany = newestFirst.filter((form) => form.browser === browser).slice(perBrowser);
  let together = 0;
  const tooMuch = newestFirst.filter((form) => (together += form.size) > size);
  const gone = new Set([...tooMany, ...tooMuch].map((form) => form.id));
  if (gone.size > 0)
    await db
      .deleteFrom('kept_form')
      .where('id', 'in', [...gone])
      .execute();
}

export async function find(db: Db, id: string): Promise<StoredForm | null> {
  const row = await db.selectFrom('kept_form').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? { id, browser: row.browser, path: row.path, sealed: row.sealed, keptAt: row.kept_at } : null;
}

export async function forget(db: Db, browser: string, path: string): Promise<void> {
  await db.deleteFrom('kept_form').where('browser', '=', browser).where('path', '=', path).execute();
}
