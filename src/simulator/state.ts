import type { Logger } from '../observability';
import { ChannelSync } from './channel-sync';
import { addDays, toDate } from './clock';
import { readSetting, TABLES, writeSetting, type SimulatorDatabase } from './database';
import { EventStore, type NewEvent } from './event-store';
import { Faults } from './faults';
import { sampleProgramme, SAMPLE_RIGHT } from './programme';
import { CONNECT_ONLINE_USER, RightStore } from './right-store';

/** Everything that the simulator knows, in one file. */
export class SimulatorState {
  readonly events: EventStore;
  readonly rights: RightStore;
  readonly sync: ChannelSync;
  readonly faults: Faults;

  constructor(
    readonly database: SimulatorDatabase,
    syncIntervalMs: number,
    logger: Logger,
  ) {
    this.events = new EventStore(database);
    this.rights = new RightStore(database);
    this.sync = new ChannelSync(database, this.events, syncIntervalMs, logger);
    this.faults = new Faults(database);
  }

  /** Gives a fresh file the whole sample programme, and an older file the future performances that it lacks. */
  completeProgramme(): void {
    const nowMs = Date.now();
    const isFresh = readSetting(this.database, 'filled') === undefined;
    const { events } = this;
    const lacking = sampleProgramme(nowMs).filter(
      ({ eventNumber, startsAt }) =>
        (isFresh || Date.parse(startsAt) > nowMs) &&
        !events.has(eventNumber) &&
        !events.wasDeleted(eventNumber),
    );
    this.database.atomically(() => this.add(lacking, nowMs));
  }

  /** Starts from a fresh state, with the given programme or the sample programme. */
  reset(programme: readonly NewEvent[] | undefined): void {
    const nowMs = Date.now();
    this.database.atomically(() => {
      for (const table of TABLES) this.database.run(`delete from ${table}`);
      this.add(programme ?? sampleProgramme(nowMs), nowMs);
    });
    this.faults.clear();
    this.sync.restart();
  }

  /** Adds events together with the rows that Ö-Ticket already has of them. */
  private add(programme: readonly NewEvent[], nowMs: number): void {
    for (const event of programme) {
      this.sync.adopt(this.events.insert(event, nowMs));
      if (event.eventNumber === SAMPLE_RIGHT.eventNumber) this.addSampleRight(nowMs);
    }
    writeSetting(this.database, 'filled', true);
  }

  private addSampleRight(nowMs: number): void {
    const validFrom = toDate(nowMs);
    const validUntil = addDays(validFrom, SAMPLE_RIGHT.validDays);
    this.rights.grant(CONNECT_ONLINE_USER, SAMPLE_RIGHT.eventNumber, { validFrom, validUntil });
  }
}
