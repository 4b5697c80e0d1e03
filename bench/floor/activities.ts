import { EFFECTS, type Effect, type FloorActivity } from './effects';
import { PlainJet } from './plain-jet';
import type { PlainLines } from './plain-lines';
import type { PlainMail } from './plain-mail';

export interface About {
  caseId: string;
  eventNumber: string;
}

export type FloorActivities = Record<FloorActivity, (about: About) => Promise<void>>;

export interface Places {
  jet: { url: string; token: string };
  lines: PlainLines;
  mail: PlainMail;
}

/** Each has the effects of ours, in the same order. What it reads, it only reads; a write goes by the version that was read. */
export function createFloorActivities(places: Places): FloorActivities {
  const activities = Object.entries(EFFECTS).map(([name, effects]) => [
    name,
    async (about: About): Promise<void> => {
      const jet = new PlainJet(places.jet, about);
      for (const [index, effect] of effects.entries()) await have(effect, `${name}/${index}`, about, jet);
    },
  ]);

  async function have(effect: Effect, key: string, about: About, jet: PlainJet): Promise<void> {
    if (effect === 'line') return places.lines.add(about, key);
    const [, recipients] = /^mail to (\d+)$/.exec(effect) ?? [];
    if (recipients) return places.mail.send(about, Number(recipients));
    return jet.call(effect as Exclude<Effect, 'line' | `mail to ${number}`>);
  }

  return Object.fromEntries(activities) as FloorActivities;
}
