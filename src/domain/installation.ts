import type { Actor } from './actor';
import type { PublicKey } from './signature';
import type { Instant } from './types';

/** Takes the place of a case's id in the chain of the installation itself. */
export const INSTALLATION = 'installation';

/**
 * What is noted of the installation, in a chain of its own beside the cases:
 * - `signing-key`: from here on another key signs. The line itself is signed with the earlier one, but for the first
 * - `adopted`: a copy of the journal became an installation of its own
 * - `moved`: everything was copied to another database, and this one takes nothing more
 * - `sealed-since`: what was begun in Temporal before that instant needs no seal
 * - `contact-erased`: nobody can read the contact of a case any more. `runs`, `mails`: how many of Temporal's runs and of a
 *   rehearsal's mails were deleted with it
 * - `switch-writes`: from here on nothing is written to Jet and nothing is mailed to Ö-Ticket, or it is again
 * - `tell-writes-off`: which case tells its house of that
 */
type Content =
  | { operation: 'signing-key'; before: PublicKey | null; after: PublicKey }
  | { operation: 'sealed-since'; before: null; after: { since: Instant } }
  | { operation: 'moved'; before: null; after: { to: string } }
  | { operation: 'adopted'; before: { id: string }; after: { id: string } }
  | { operation: 'switch-writes'; before: null; after: { on: boolean; reason: string } }
  | { operation: 'tell-writes-off'; before: null; after: { house: string; caseId: string } }
  | {
      operation: 'contact-erased';
      before: null;
      after: { caseId: string; reason: string; runs: number; mails: number };
    };

/** A line of that chain. It belongs to no house and to no event. */
export type InstallationLine = Content &
  Actor & {
    caseId: typeof INSTALLATION;
    house: '';
    eventNumber: '';
    seq: number;
    at: Instant;
    kind: typeof INSTALLATION;
    step: typeof INSTALLATION;
    effectKey: string;
    outcome: null;
    previousHash: string;
    hash: string;
    signature?: string;
  };

export type ErasureLine = Extract<InstallationLine, { operation: 'contact-erased' }>;

export type WritesLine = Extract<InstallationLine, { operation: 'switch-writes' }>;

/** A line to be written. One with an effect key that is there is not written again. */
export type NewInstallationLine = Content & Actor & { effectKey: string };

/**
 * The effect key of the line that a contact was erased: there is one for each case. `taken`: so many lines say so that nobody of
 * the installation has signed.
 */
export function erasureKey(caseId: string, taken = 0): string {
  return `contact-erased/${caseId}${taken === 0 ? '' : `/${taken}`}`;
}

/** A line that names a key. */
export type KeyLine = Extract<InstallationLine, { operation: 'signing-key' }>;

export function keyLinesOf(lines: readonly InstallationLine[]): KeyLine[] {
  return lines.filter((line): line is KeyLine => line.operation === 'signing-key');
}
