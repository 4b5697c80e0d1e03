import type { ShownTask } from '../domain/house-tasks';
import { shownName } from '../domain/names';
import { Phone } from './components';
import { dayAndClock } from './words';

/** This entry has a field for what was answered. */
export const ANSWERED = 'service-mail-confirmed';

export function Words({ text, contact }: Pick<ShownTask, 'text' | 'contact'>) {
  return (
    <p>
      {text}
      {contact && (
        <>
          {' '}
          {contact.name}: <Phone phone={contact.phone} />
        </>
      )}
    </p>
  );
}

export function labelOf({ text, done }: Pick<ShownTask, 'text' | 'done'>): string {
  return done ? `Zurücknehmen: ${text}` : `Erledigt: ${text}`;
}

export function Done({ by, at, note }: NonNullable<ShownTask['done']>) {
  return (
    <p class="quiet">
      {`Erledigt: ${dayAndClock(at)}, ${shownName(by)}.`}
      {note && ` ${note}`}
    </p>
  );
}

export function Answer({ id }: { id: string }) {
  return (
    <label for={`anmerkung-${id}`}>
      Was hat Ö-Ticket geantwortet? (wenn Sie wollen)
      <input id={`anmerkung-${id}`} name="note" maxlength={2000} autocomplete="off" />
    </label>
  );
}
