import { readSetting, writeSetting, type SimulatorDatabase } from './database';

/** Who has switched something on, for the next person who practises. The simulator does nothing with it. */
export interface Note {
  name: string;
  by: string;
  /** Instant, the simulator's clock. */
  at: string;
}

const KEY = 'notes';

/** The newest note of each name, in the order in which they were made. A reset forgets them. */
export function readNotes(database: SimulatorDatabase): Note[] {
  return readSetting<Note[]>(database, KEY) ?? [];
}

export function addNote(database: SimulatorDatabase, note: Note): void {
  writeSetting(database, KEY, [...readNotes(database).filter(({ name }) => name !== note.name), note]);
}

/** Forgets the note of a name, or all of them. */
export function dropNotes(database: SimulatorDatabase, name: string | undefined): void {
  writeSetting(
    database,
    KEY,
    name === undefined ? [] : readNotes(database).filter((note) => note.name !== name),
  );
}
