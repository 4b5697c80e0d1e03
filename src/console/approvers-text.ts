import type { Approvers } from '../cases/approvers';
import { shownName } from '../domain/names';
import { printable } from '../domain/visible';

/** Whom to call for an approval that one cannot give oneself. */
export function approversText({ loggedIn, mailedTo }: Approvers): string {
  const now =
    loggedIn.length > 0
      ? `Gerade angemeldet: ${loggedIn.map((name) => printable(shownName(name))).join(', ')}.`
      : 'Gerade ist niemand von ihnen angemeldet: bitte anrufen.';
  const mailed = mailedTo.length > 0 ? ` Die Bitte ging an ${mailedTo.join(', ')}.` : '';
  return `Freigeben kann nur jemand anderer mit der Rolle Leitung. ${now}${mailed}`;
}
