import type { WantedCase } from '../../cases/which-case';
import type { Standing } from './desk';
import { MISHAPS, type Mishap } from './mishaps';

/** A mishap that goes on at the moment, and who caused it. */
export interface SwitchedOn {
  mishap: Mishap;
  /** The cancellation that it happens to; `null`: to all of them. */
  of: SwitchedCase | null;
  /** `null`: it was switched on in another way than on the page. */
  by: string | null;
  at: string | null;
}

export type SwitchedCase = Pick<WantedCase, 'house' | 'eventNumber'> & { title: string | null };

/** The name under which is kept who pressed the button. */
export function noteName(
  { id, isOfEvent }: Mishap,
  of: Pick<WantedCase, 'house' | 'eventNumber'> | null,
): string {
  return isOfEvent && of ? `${id} ${of.house}/${of.eventNumber}` : id;
}

/** What is switched on, for these cancellations. A note alone is no proof where the simulator itself says how it is. */
export function switchedOn(standing: Standing | null, cases: readonly SwitchedCase[]): SwitchedOn[] {
  if (!standing) return [];
  const noteOf = (wanted: string) => standing.notes.find(({ name }) => name === wanted);
  return MISHAPS.flatMap((mishap): SwitchedOn[] => {
    if (!mishap.isOfEvent) {
      const { by = null, at = null } = noteOf(noteName(mishap, null)) ?? {};
      return mishap.isOn?.(standing) ? [{ mishap, of: null, by, at }] : [];
    }
    return cases.flatMap((of) => {
      const note = noteOf(noteName(mishap, of));
      return note ? [{ mishap, of, by: note.by, at: note.at }] : [];
    });
  });
}
