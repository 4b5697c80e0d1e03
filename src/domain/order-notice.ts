import type { Opening } from './case';
import { clockTime, toInstant, toMs } from './clock';
import type { EntryOf } from './journal';
import { shownName } from './names';
import type { House, Instant } from './types';

/*
 * The mail to the house when a case has begun: what happens when, and whom which messages go to. The list of what the house
 * does itself stands beneath it, and is the same as everywhere.
 */

/** What happens when nobody does anything more, as sentences. `house`: whom the messages go to; `begunAt`: since when Absage works. */
export function orderText(opening: EntryOf<'check', 'opening'>, house: House, begunAt: Instant): string {
  const { actor, at, after } = opening;
  const begun = `Diese Vorstellung wurde um ${clockTime(after.input.orderedAt ?? at)} abgesagt (${after.marker}), von ${shownName(actor)}.`;
  return [begun, ...courseOf(after, begunAt), ...whomToTell(house)].join(' ');
}

function courseOf(opening: Opening, at: Instant): string[] {
  const { syncIntervalMs } = opening.input.policy;
  const minutesLater = (intervals: number) => clockTime(toInstant(toMs(at) + intervals * syncIntervalMs));
  if (opening.wasCancelledBefore)
    return [
      'Sie war in Jet schon Storno: Absage sieht nach, ob Ö-Ticket das hat, und verständigt Ö-Ticket gleich danach. Abbrechen ist nicht mehr möglich.',
    ];
  if (opening.backend === 'guided')
    return [
      'Die Schritte in Jet machen Sie selbst, Absage sagt Ihnen jeden an und mailt, wenn Sie nach einer Wartezeit wieder gebraucht werden.',
      `Verkauft wird, bis Sie den Status auf Storno gesetzt haben, frühestens um ca. ${minutesLater(1)}, und bei Ö-Ticket bis zu ${inMinutes(syncIntervalMs)} länger.`,
    ];
  return [
    `Um ca. ${minutesLater(1)} wird der Status auf Storno gesetzt: bis dahin wird weiter verkauft, und bis dahin können Sie abbrechen.`,
    `Bei Ö-Ticket kann noch bis ca. ${minutesLater(2)} verkauft werden.`,
  ];
}

function whomToTell({ partnerNotice: { to, cc }, alerts }: House): string[] {
  const copies = cc.length > 0 ? `, in Kopie an ${cc.join(', ')}` : '';
  return [
    `Die E-Mail vom Storno geht danach von selbst an ${to}${copies}.`,
    `Wenn Absage jemanden braucht, und am Ende, geht eine E-Mail an ${alerts.to}.`,
  ];
}

function inMinutes(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? 'eine Minute' : `${minutes} Minuten`;
}
