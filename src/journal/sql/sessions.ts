import type { Selectable } from 'kysely';
import type { Instant } from '../../domain/types';
import type { RefreshedPerson, SessionStore, StoredPerson, StoredSession } from '../port';
import type { Db, Tables } from './rows';

type Row = Selectable<Tables['session']>;

export async function add(db: Db, session: StoredSession): Promise<void> {
  const { idHash, tokenSha256 = null, startedAt, activeAt, person } = session;
  await db
    .insertInto('session')
    .values({
      id_hash: idHash,
      token_sha256: tokenSha256,
      started_at: startedAt,
      active_at: activeAt,
      issuer: person?.issuer ?? null,
      subject: person?.subject ?? null,
      sid: person?.sid ?? null,
      name: person?.name ?? null,
      roles: person ? JSON.stringify(person.roles) : null,
      sealed: person?.sealed ?? null,
      confirmed_at: person?.confirmedAt ?? null,
      refresh_at: person?.refreshAt ?? null,
      lease: person?.lease ?? null,
    })
    .execute();
}

export async function find(db: Db, idHash: string): Promise<StoredSession | null> {
  const row = await db.selectFrom('session').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
  return row ? toSession(row) : null;
}

export async function list(db: Db): Promise<StoredSession[]> {
  const rows = await db
    .selectFrom('session')
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id_hash')
    .execute();
  return rows.map(toSession).filter((session) => session !== null);
}

/** Instants are kept in UTC with the same number of digits, so they compare as text. */
export async function touch(db: Db, idHash: string, at: Instant): Promise<void> {
  await db
    .updateTable('session')
    .set({ active_at: at })
    .where('id_hash', '=', idHash)
    .where('active_at', '<', at)
    .execute();
}

export async function remove(db: Db, idHash: string): Promise<void> {
  await db.deleteFrom('session').where('id_hash', '=', idHash).execute();
}

export async function removeOlder(
  db: Db,
  { startedAt, activeAt }: { startedAt: Instant; activeAt: Instant },
): Promise<void> {
  await db
    .deleteFrom('session')
    .where(({ or, eb }) => or([eb('started_at', '<', startedAt), eb('active_at', '<', activeAt)]))
    .execute();
}

export async function removeOfPerson(
  db: Db,
  { issuer, subject, sid }: Parameters<SessionStore['removeOfPerson']>[0],
): Promise<StoredSession[]> {
  let query = db.deleteFrom('session').where('issuer', '=', issuer);
  if (subject !== null) query = query.where('subject', '=', subject);
  if (sid !== null)
    query = query.where(({ or, eb }) =>
      or([eb('sid', '=', sid), ...(subject === null ? [] : [eb('sid', 'is', null)])]),
    );
  if (subject === null && sid === null) return [];
  const rows = await query.returningAll().execute();
  return rows.map(toSession).filter((session) => session !== null);
}

/** One statement, so that of two servers only one changes the row. */
export async function takeRefresh(
  db: Db,
  idHash: string,
  { lease, at, until }: { lease: string; at: Instant; until: Instant },
): Promise<boolean> {
  const taken = await db
    .updateTable('session')
    .set({ lease, refresh_at: until })
    .where('id_hash', '=', idHash)
    .where('refresh_at', '<=', at)
    .returning('id_hash')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function endRefresh(
  db: Db,
  idHash: string,
  lease: string,
  { name, roles, sealed, confirmedAt, refreshAt }: RefreshedPerson,
): Promise<void> {
  await db
    .updateTable('session')
    .set({
      lease: null,
      refresh_at: refreshAt,
      ...(name !== undefined && { name }),
      ...(roles !== undefined && { roles: JSON.stringify(roles) }),
      ...(sealed !== undefined && { sealed }),
      ...(confirmedAt !== undefined && { confirmed_at: confirmedAt }),
    })
    .where('id_hash', '=', idHash)
    .where('lease', '=', lease)
    .execute();
}

/** `null`: a session of another kind, which a later version has begun, is not one for this version. */
function toSession(row: Row): StoredSession | null {
  const times = { idHash: row.id_hash, startedAt: row.started_at, activeAt: row.active_at };
  if (row.token_sha256 !== null) return { ...times, tokenSha256: row.token_sha256 };
  const person = toPerson(row);
  return person && { ...times, person };
}

function toPerson(row: Row): StoredPerson | null {
  const { issuer, subject, sid, name, roles, sealed, confirmed_at, refresh_at, lease } = row;
  if (issuer === null || subject === null || name === null || roles === null) return null;
  if (sealed === null || confirmed_at === null) return null;
  return {
    issuer,
    subject,
    sid,
    name,
    roles: JSON.parse(roles) as string[],
    sealed,
    confirmedAt: confirmed_at,
    refreshAt: refresh_at,
    lease,
  };
}
