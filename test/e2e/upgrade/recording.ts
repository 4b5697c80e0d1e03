import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '../../../src/domain/journal';
import type { Played } from './production';

/** The productions that were recorded, by name: see the README of this folder. */
const FOLDER = __dirname;

/** What a recording says of itself, in `cast.json`. */
export interface Cast {
  /** The tokens of the people who act, by their names. They are for nothing but the recording. */
  tokens: Record<string, string>;
  /** Where each case stands. */
  cases: Record<RecordedCase, Played>;
  /** The lines of each case, as the build that wrote them showed them. */
  lines: Record<RecordedCase, JournalEntry[]>;
}

/** The cases of a recording. */
export const RECORDED_CASES = [
  /** Has ended, and its Protokoll was filed: `completed.json`. */
  'completed',
  /** In the wait after the marking. */
  'firstWait',
  /** As well; for a reset to the first event. */
  'toReset',
  /** In the wait after Storno. */
  'secondWait',
  /** Its marker was taken off: a person decides. */
  'markerGone',
  /** Its mail may have arrived or not: a person decides. */
  'mailInDoubt',
  /** Its run was terminated in the wait after Storno. */
  'terminated',
] as const;
export type RecordedCase = (typeof RECORDED_CASES)[number];

/** Packs the folder of a production that has ended. */
export function pack(folder: string, name: string): void {
  tar('-czf', archiveOf(name), '-C', folder, '.');
}

/** Unpacks a production for a test, as its administrator finds it. */
export function unpack(name: string, folder: string): Cast {
  mkdirSync(folder, { recursive: true });
  tar('-xzf', archiveOf(name), '-C', folder);
  return JSON.parse(readFileSync(join(folder, 'cast.json'), 'utf8')) as Cast;
}

export function writeCast(folder: string, cast: Cast): void {
  writeFileSync(join(folder, 'cast.json'), JSON.stringify(cast, null, 1));
}

function archiveOf(name: string): string {
  return join(FOLDER, `${name}.tar.gz`);
}

function tar(...given: string[]): void {
  const { status, stderr } = spawnSync('tar', given, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar ${given.join(' ')}: ${stderr}`);
}
