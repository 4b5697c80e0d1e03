import { viennaInstant } from '../domain/clock';
import { areaText, Field } from './components';
import type { Draft } from './forms';
import { PracticeMask } from './practice-masks';
import { FIELD_LABELS } from './words';

/* Fields that the form of one performance and that of many have in common. */

interface SeenSettings {
  house: string;
  eventNumber: string;
  draft: Draft;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
}

/** What the mask shows, in a house whose Jet nobody but its clerk can read. */
export function Seen({ house, eventNumber, draft, masks }: SeenSettings) {
  return (
    <fieldset>
      <legend>{`Was steht in der Maske? (${house} ${eventNumber})`}</legend>
      <p class="hint">
        Kartenverkauf Basis › Verkaufsstammdaten › Veranstaltungen › Veranstaltungen bearbeiten. Bitte genau
        so abschreiben oder kopieren; leere Felder bleiben leer.
      </p>
      <PracticeMask {...{ masks, eventNumber, step: 'mark-titles' }} />
      <Field name="seen.title" draft={draft} required />
      <Field name="seen.customerTitle" draft={draft} />
      <label for="seen.externalMemo">{FIELD_LABELS['seen.externalMemo']}</label>
      <textarea id="seen.externalMemo" name="seen.externalMemo" rows={3}>
        {areaText(draft['seen.externalMemo'] ?? '')}
      </textarea>
      <Field name="seen.status" draft={draft} required />
      <Field name="seen.startsAt" draft={draft} type="datetime-local" required />
      <Field name="seen.venue" draft={draft} required />
      <Field name="seen.location" draft={draft} required />
      <Field name="seen.organiser" draft={draft} required />
      <Field name="seen.production" draft={draft} />
    </fieldset>
  );
}

/** What was typed as the start is over. */
export function isPastDraft(draft: Draft): boolean {
  const startsAt = viennaInstant((draft['seen.startsAt'] ?? '').slice(0, 'JJJJ-MM-TTThh:mm'.length));
  return startsAt !== null && Date.parse(startsAt) < Date.now();
}

/** `isForMany`: it is said of all performances of a series. */
export function AllowPastEvent({ draft, isForMany = false }: { draft: Draft; isForMany?: boolean }) {
  return (
    <label class="choice">
      <input
        id="allowPastEvent"
        type="checkbox"
        name="allowPastEvent"
        value="true"
        checked={draft.allowPastEvent === 'true'}
      />
      <span>
        {isForMany
          ? 'Auch absagen, was schon begonnen hat oder vorbei ist'
          : 'Auch absagen, wenn die Vorstellung schon begonnen hat oder vorbei ist'}
      </span>
    </label>
  );
}
