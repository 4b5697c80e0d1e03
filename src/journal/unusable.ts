import { JOURNAL_MOVED, WRITTEN_BY_NEWER } from '../domain/wording';

/** This build may not work with the journal, however often it tries. The message is for people. */
export abstract class UnusableJournal extends Error {}

/** The journal names a later build than this one as the oldest that may write there. */
export class BuildTooOld extends UnusableJournal {
  override readonly name = 'BuildTooOld';

  constructor() {
    super(`Dieses Logbuch ${WRITTEN_BY_NEWER}`);
  }
}

/** The tables in PostgreSQL are missing, or are those of an earlier version. */
export class NotMigrated extends UnusableJournal {
  override readonly name = 'NotMigrated';

  constructor() {
    super(
      'Die Tabellen des Logbuchs fehlen oder sind die einer älteren Version: bitte zuerst absage journal migrate ausführen',
    );
  }
}

/** Everything was copied to another database, and goes on there. */
export class JournalMoved extends UnusableJournal {
  override readonly name = 'JournalMoved';

  constructor(to: string) {
    super(`Dieses Logbuch ${JOURNAL_MOVED(to)}`);
  }
}

/** The role may not make the tables in PostgreSQL, or not change them. */
export class MayNotMigrate extends UnusableJournal {
  override readonly name = 'MayNotMigrate';

  constructor(place: string, cause: Error) {
    super(
      `${place} darf die Tabellen des Logbuchs nicht anlegen oder ändern: bitte mit ABSAGE_DATABASE_OWNER_URL die Rolle nennen, der sie gehören sollen (${cause.message})`,
      { cause },
    );
  }
}
