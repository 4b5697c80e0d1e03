import type { SeriesPlan, SeriesPlanItem } from '../../cases/series-plans';
import type { FieldError } from '../../cases/problems';
import { clockTime, germanDate, longDate, numericDayAndTime, viennaDate } from '../../domain/clock';
import { contactText } from '../../domain/contact';
import { MARKERS } from '../../domain/marker';
import { performances } from '../../domain/series-progress';
import type { TaskContact } from '../../domain/types';
import { isShortened } from '../../domain/shortened';
import { printable } from '../../domain/visible';
import { MASK_LABELS } from '../../domain/vocabulary';
import { areaText, Change, Contacts, Csrf, Field, Lines, Notice, rendered } from '../components';
import { DRAFT } from '../drafts';
import { AllowPastEvent } from '../order-fields';
import { Reason } from '../order-words';
import { toRegions, type Regions } from '../regions';
import { dayAndClock, FIELD_LABELS, ORDER_REASON_LABEL, faultText } from '../words';
import { CHOICE, choiceKey, seriesFormPath, typedFormPath, type ChosenItem, type SeriesDraft } from './draft';

export interface SeriesOrderForm {
  draft: SeriesDraft;
  /** The boxes that stay ticked; absent: all. */
  ticked?: readonly string[];
  csrfToken: string;
  faults?: readonly FieldError[];
  /** Says that this was sent before, and not carried out. */
  lost?: string;
}

/** The second page of a series: what was chosen, by house and day, one marker and one reason for all of it. */
export function SeriesOrderPage({ draft, ticked, csrfToken, faults = [], lost }: SeriesOrderForm) {
  const { id: draftId, items, fields } = draft;
  const past = items.filter(({ expected }) => Date.parse(expected.startsAt) < Date.now()).length;
  return (
    <>
      <h1>{`${performances(items.length)} gemeinsam absagen`}</h1>
      {lost && <Notice kind="warning">{lost}</Notice>}
      {faults.length > 0 && (
        <Notice kind="error">
          <p>Bitte ändern:</p>
          <ul>
            {faults.map((fault) => (
              <li>{faultText(fault)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <form class="sheet" method="post" action="/serien/neu">
        <Csrf token={csrfToken} />
        <input type="hidden" name={DRAFT} value={draftId} />
        {past > 0 && <Past count={past} fields={fields} />}
        <h2>Diese Vorstellungen</h2>
        <p class="hint">
          Was doch gespielt wird: das Häkchen wegnehmen.{' '}
          <a href={`/absagen/neu?${CHOICE}=${draftId}`}>Weitere auswählen</a>
        </p>
        {byHouse(items).map(({ house, ofHouse }) => (
          <fieldset>
            <legend>{`${house} · ${performances(ofHouse.length)}`}</legend>
            {byDay(ofHouse).map(({ day, ofDay }) => (
              <>
                <h3>{day}</h3>
                {ofDay.map((item) => (
                  <>
                    <label class="choice">
                      <input
                        type="checkbox"
                        name="wahl"
                        value={choiceKey(item)}
                        checked={ticked?.includes(choiceKey(item)) ?? true}
                      />
                      <span>
                        <strong>{printable(item.expected.title)}</strong>
                        <span class="facts example">{`${clockTime(item.expected.startsAt)} · VA-Nr. ${item.eventNumber}`}</span>
                      </span>
                    </label>
                    {item.typed && (
                      <a class="beside" href={typedFormPath(item, draftId)}>
                        Aus der Maske: ändern<span class="hidden">{` (VA-Nr. ${item.eventNumber})`}</span>
                      </a>
                    )}
                  </>
                ))}
              </>
            ))}
          </fieldset>
        ))}
        <label for="title">{FIELD_LABELS.title}</label>
        <p class="hint" id="title-hint">
          Daran finden Sie die Serie wieder, z. B. „Erkrankung bis Sonntag“. Ö-Ticket sieht ihn nicht.
        </p>
        <input
          id="title"
          name="title"
          required
          maxlength={200}
          autocomplete="off"
          value={areaText(fields.title ?? '')}
          aria-describedby="title-hint"
        />
        <fieldset>
          <legend>Zusatz in jedem Titel</legend>
          {MARKERS.map((marker) => (
            <label class="choice">
              <input
                type="radio"
                name="marker"
                value={marker}
                required
                checked={(fields.marker ?? 'ENTFÄLLT') === marker}
              />
              <strong>{marker}</strong>
            </label>
          ))}
          <p class="hint">
            ENTFÄLLT: nur diese Termine fallen aus. ABGESAGT: es wird an keinem anderen Tag gespielt.
          </p>
        </fieldset>
        <Reason event={null} draft={fields} maskLimits={null} isForMany />
        <details data-more open={MORE.some((name) => fields[name])}>
          <summary>Weitere Angaben</summary>
          <p class="hint">
            Ohne Angaben steht bei jeder Vorstellung die Kassa ihres Hauses in der E-Mail, und das Recht gilt
            so lange, wie ihr Haus es eingestellt hat.
          </p>
          <Field name="contact.name" draft={fields} autocomplete="section-absage name" />
          <Field name="contact.phone" draft={fields} type="tel" autocomplete="section-absage tel" />
          <Field name="contact.email" draft={fields} autocomplete="section-absage email" />
          <Field name="rightValidUntil" draft={fields} type="date" />
          {past === 0 && <AllowPastEvent draft={fields} isForMany />}
        </details>
        <div class="buttons">
          <button type="submit">Prüfen</button>
        </div>
        <p class="quiet">Es wird noch nichts geschrieben.</p>
      </form>
    </>
  );
}

const MORE = ['contact.name', 'contact.phone', 'contact.email', 'rightValidUntil', 'allowPastEvent'] as const;

/** Stands first, because without the tick everything else is typed in vain. */
function Past({ count, fields }: { count: number; fields: SeriesDraft['fields'] }) {
  return (
    <Notice kind="warning">
      <p>
        <strong>{`${performances(count)} ${count === 1 ? 'hat' : 'haben'} schon begonnen oder ${count === 1 ? 'ist' : 'sind'} vorbei.`}</strong>
        {' Wenn auch das abgesagt werden soll, haken Sie das bitte an; sonst unten das Häkchen wegnehmen:'}
      </p>
      <AllowPastEvent draft={fields} isForMany />
    </Notice>
  );
}

/** Where nothing is chosen, or what was is gone. */
export function NothingChosenPage({ isGone }: { isGone: boolean }) {
  return (
    <>
      <h1>Es ist nichts ausgewählt</h1>
      <Notice kind="info">
        {isGone
          ? 'Ihre Auswahl ist nicht mehr da: Absage hebt sie eine halbe Stunde lang auf, für diesen Browser allein, und löscht sie nach dem Auftrag.'
          : 'Bitte in der Suche bei jeder Vorstellung, die entfällt, das Kästchen anhaken.'}
      </Notice>
      <p>
        <a class="button" href="/absagen/neu">
          Vorstellungen auswählen
        </a>
      </p>
    </>
  );
}

function byHouse<T extends { house: string }>(items: readonly T[]): { house: string; ofHouse: T[] }[] {
  const houses = [...new Set(items.map(({ house }) => house))].sort();
  return houses.map((house) => ({ house, ofHouse: items.filter((item) => item.house === house) }));
}

function byDay(items: readonly ChosenItem[]): { day: string; ofDay: ChosenItem[] }[] {
  const startOf = ({ expected }: ChosenItem) => expected.startsAt;
  const sorted = [...items].sort((one, other) => (startOf(one) < startOf(other) ? -1 : 1));
  const days = [...new Set(sorted.map((item) => viennaDate(startOf(item))))];
  return days.map((day) => {
    const ofDay = sorted.filter((item) => viennaDate(startOf(item)) === day);
    return { day: ofDay[0] ? longDate(startOf(ofDay[0])) : day, ofDay };
  });
}

export interface SeriesCheck {
  planId: string;
  plan: SeriesPlan;
  /** `null`: what was filled in is gone, so that nothing can be ordered from here. */
  draft: SeriesDraft | null;
  /** Whom to call about what stands in the way. */
  contacts: readonly TaskContact[];
  /** Who will have ordered. */
  actor: string;
  csrfToken: string;
}

/** The third page of a series: what will happen to each performance, what cannot be cancelled, and when all is finished. */
export function SeriesCheckPage(check: SeriesCheck) {
  const regions = checkRegions(check);
  return (
    <div id="pruefung" data-regions>
      {rendered([...regions.values()].map(({ html }) => html).join(''))}
    </div>
  );
}

/** Warnings that say that it is late. */
const LATE: readonly string[] = ['starts-soon', 'event-past'];

/** The parts of the page that change while it is being read. There is no form in them until all is read. */
export function checkRegions(check: SeriesCheck): Regions {
  const { plan, draft, contacts } = check;
  const refused = plan.items.filter(({ cancellable }) => !cancellable);
  const parts = [
    { id: 'stand', element: <Reading {...check} /> },
    ...(draft ? [{ id: 'angaben', element: <Given {...draft} /> }] : []),
    ...(refused.length > 0
      ? [{ id: 'geht-nicht', element: <Refused items={refused} contacts={contacts} /> }]
      : []),
    ...byHouse(plan.items.filter(({ cancellable }) => cancellable)).map(({ house, ofHouse }) => ({
      id: `haus-${house}`,
      element: <OfHouse {...{ house, items: ofHouse }} />,
    })),
    ...(plan.state === 'ready' ? [{ id: 'knoepfe', element: <Buttons {...check} /> }] : []),
  ];
  return toRegions(parts.map((part) => ({ ...part, into: 'pruefung' })));
}

function Reading({ plan }: Pick<SeriesCheck, 'plan'>) {
  const { state, counts, items, stornoAt, finishedAt } = plan;
  const { total } = counts;
  const late = items.filter(({ warnings }) => warnings.some(({ code }) => LATE.includes(code)));
  if (state === 'reading')
    return (
      <section id="stand" class="standing" aria-live="polite" tabindex={-1}>
        <h1>Wird in Jet gelesen …</h1>
        <p class="big">{`${counts.read} von ${total} gelesen`}</p>
        <progress max={total} value={counts.read} aria-label="gelesen" />
        <p class="quiet">Es wird noch nichts geschrieben. Diese Seite zeigt es von selbst.</p>
      </section>
    );
  return (
    <section
      id="stand"
      class={`standing ${counts.refused > 0 ? 'needs-attention' : 'completed'}`}
      tabindex={-1}
    >
      <h1>Bitte prüfen</h1>
      <p class="big">{readySentence(plan)}</p>
      {stornoAt && finishedAt && (
        <dl class="times">
          <dt>Alle Storno</dt>
          <dd>{`ca. ${dayAndClock(stornoAt)}, bis dahin wird weiter verkauft`}</dd>
          <dt>Alles fertig</dt>
          <dd>{`ca. ${dayAndClock(finishedAt)}, mit einer E-Mail je Haus an Ö-Ticket`}</dd>
        </dl>
      )}
      {late.length > 0 && (
        <Notice kind="warning">
          <strong>{`${late.length === 1 ? 'Eine Vorstellung ist' : `${late.length} Vorstellungen sind`} knapp:`}</strong>{' '}
          {'die nächste kommt immer zuerst. Eilt es, bitte auch die Abendkassa verständigen.'}
        </Notice>
      )}
    </section>
  );
}

function readySentence({ counts, items }: SeriesPlan): string {
  if (counts.refused === 0)
    return items.length === 1
      ? 'Die Vorstellung kann abgesagt werden.'
      : `Alle ${items.length} können abgesagt werden.`;
  if (counts.cancellable === 0) return 'Keine davon kann so abgesagt werden.';
  return `${counts.refused} von ${items.length} ${counts.refused === 1 ? 'kann' : 'können'} so nicht abgesagt werden.`;
}

function Given({ id, fields }: SeriesDraft) {
  const contact = {
    name: fields['contact.name'] ?? '',
    phone: fields['contact.phone'] ?? '',
    email: fields['contact.email'],
  };
  return (
    <section class="sheet" id="angaben">
      <h2>Ihre Angaben</h2>
      <dl class="data">
        <dt>{FIELD_LABELS.title}</dt>
        <dd>{fields.title}</dd>
        <dt>{FIELD_LABELS.marker}</dt>
        <dd>{fields.marker}</dd>
        <dt>{ORDER_REASON_LABEL}</dt>
        <dd>
          <Lines text={fields.reason ?? ''} />
        </dd>
        {contact.name && (
          <>
            <dt>{FIELD_LABELS['contact.name']}</dt>
            <dd>{contactText(contact)}</dd>
          </>
        )}
        <dt>{FIELD_LABELS.rightValidUntil}</dt>
        <dd>
          {fields.rightValidUntil ? germanDate(fields.rightValidUntil) : 'wie jedes Haus es eingestellt hat'}
        </dd>
        {fields.allowPastEvent === 'true' && (
          <>
            <dt>Schon begonnen</dt>
            <dd>wird trotzdem abgesagt</dd>
          </>
        )}
      </dl>
      <p>
        <a href={seriesFormPath(id)}>Zurück und ändern</a>
      </p>
    </section>
  );
}

/** Each with the way out of it. */
function Refused({
  items,
  contacts,
}: {
  items: readonly SeriesPlanItem[];
  contacts: readonly TaskContact[];
}) {
  return (
    <section class="sheet blocked" id="geht-nicht">
      <h2>{`Das geht so nicht: ${performances(items.length)}`}</h2>
      <ul class="checks">
        {items.map((item) => (
          <li>
            <Heading item={item} sign="✕" />
            {item.refusals.map(({ text, next }) => (
              <p class="why">
                <strong>{text}</strong> {next}
              </p>
            ))}
          </li>
        ))}
      </ul>
      <Contacts contacts={contacts} />
    </section>
  );
}

function OfHouse({ house, items }: { house: string; items: readonly SeriesPlanItem[] }) {
  return (
    <section class="sheet" id={`haus-${house}`}>
      <h2>{`${house} · ${performances(items.length)}`}</h2>
      <ul class="checks">
        {items.map((item) => (
          <li>
            <Heading item={item} sign="✓" />
            {item.stornoAt && <p class="facts">{`Storno ca. ${dayAndClock(item.stornoAt)}`}</p>}
            {item.warnings.map(({ text }) => (
              <p class="late">{text}</p>
            ))}
            <ShortenedTitles {...item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the marker leaves of a title that has no room for it. */
function ShortenedTitles({ titles }: SeriesPlanItem) {
  if (!titles) return null;
  const { title, customerTitle } = titles;
  return (
    <>
      {isShortened(title) && <Change label={MASK_LABELS.title} {...title} />}
      {isShortened(customerTitle) && <Change label={MASK_LABELS.customerTitle} {...customerTitle} />}
    </>
  );
}

function Heading({ item, sign }: { item: SeriesPlanItem; sign: string }) {
  const { house, eventNumber, title, startsAt, venue } = item;
  const facts = [startsAt && numericDayAndTime(startsAt), venue, `${house} ${eventNumber}`];
  return (
    <>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>{' '}
      <strong>{title === null ? `VA-Nr. ${eventNumber}` : printable(title)}</strong>
      <span class="facts">{facts.filter(Boolean).join(' · ')}</span>
    </>
  );
}

function Buttons({ planId, plan, draft, actor, csrfToken }: SeriesCheck) {
  const { counts, cancellable, planHash } = plan;
  if (!draft)
    return (
      <div id="knoepfe">
        <Notice kind="warning">
          Ihre Angaben sind nicht mehr da: bitte die Vorstellungen neu auswählen. Es wurde nichts geschrieben.
        </Notice>
      </div>
    );
  const isOrderable = cancellable && planHash !== null;
  return (
    <div id="knoepfe" class="buttons">
      {isOrderable && (
        <form method="post" action="/serien">
          <Csrf token={csrfToken} />
          <input type="hidden" name={DRAFT} value={draft.id} />
          <input type="hidden" name="planHash" value={planHash} />
          <button type="submit" class="danger">
            {counts.cancellable === 1
              ? 'Diese Vorstellung jetzt absagen'
              : `Diese ${counts.cancellable} Vorstellungen jetzt absagen`}
            <span class="under">{`als ${actor}. Genau das oder gar nicht.`}</span>
          </button>
        </form>
      )}
      {!isOrderable && counts.cancellable > 0 && (
        <form method="post" action={`/serien/neu/${planId}/moegliche`}>
          <Csrf token={csrfToken} />
          <input type="hidden" name={DRAFT} value={draft.id} />
          <button type="submit">
            {`Nur ${counts.cancellable === 1 ? 'die mögliche' : `die ${counts.cancellable} möglichen`} absagen …`}
            <span class="under">wird noch einmal geprüft</span>
          </button>
        </form>
      )}
      <a class="button second" href={seriesFormPath(draft.id)}>
        Zurück und ändern
      </a>
    </div>
  );
}
