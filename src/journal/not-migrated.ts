/** The tables of the journal are missing, or are those of an earlier version. The message is for people. */
export class NotMigrated extends Error {
  override readonly name = 'NotMigrated';

  constructor() {
    super(
      'Die Tabellen des Logbuchs fehlen oder sind die einer älteren Version: bitte zuerst absage journal migrate ausführen',
    );
  }
}
