import type { Signer } from '../../domain/signature';
import { BuildTooOld } from '../build-too-old';
import { NotMigrated } from '../not-migrated';
import type { JournalStore } from '../port';
import { compareSchema, requireKnownMark } from '../sql/migrations';
import { readMark } from '../sql/oldest-build';
import { createSqlJournal } from '../sql/sql-journal';
import { connect } from './connect';
import { withPatience } from './failures';
import { createPostgresWriter } from './writer';

/** Opens the journal in PostgreSQL, whose tables `migratePostgres` has made. Every acknowledged line is on the disk. */
export async function openPostgresJournal(databaseUrl: string, signer: Signer | null): Promise<JournalStore> {
  const db = connect(databaseUrl);
  try {
    const { applied, oldestBuild } = await withPatience(() => readMark(db));
    const schema = compareSchema(applied, oldestBuild);
    if (schema === 'newer') throw new BuildTooOld();
    if (schema === 'older') throw new NotMigrated();
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const writer = createPostgresWriter(db, requireKnownMark);
  return createSqlJournal({ db, writer, read: withPatience, overwriteDeletedKeys, signer });
}

/** PostgreSQL overwrites nothing: what is deleted goes with the next vacuum, and from the log of the database as it is kept. */
const overwriteDeletedKeys = () => Promise.resolve();
