import { findMarker, stripMarker } from '../../domain/marker';
import type { MarkerStyle } from '../../domain/types';
import { TrainingFault, type SimulatorEntry, type Standing, type TrainingHands } from './desk';

/** The event that a mishap is to happen to. */
export interface TrainingEvent {
  house: string;
  eventNumber: string;
  /** The title before the cancellation; used if the simulator's log has no later one. */
  title: string;
  marker: MarkerStyle;
}

/** What a mishap is to happen to. */
export interface Target {
  /** Limits the mishap to this event; `null`: any event. */
  eventNumber: string | null;
  /** `null`: the mishap does not happen to a single event, or none was chosen. */
  event: TrainingEvent | null;
}

/** What a trainer needs for an exercise. */
export interface Lesson {
  minutes: number;
  /** When to press the button. */
  when: string;
  see: string;
  decide: string;
}

export interface Mishap {
  /** The last part of the form's address. */
  id: string;
  title: string;
  /** What will happen, and what the trainee can practise. */
  text: string;
  undoTitle: string | null;
  /** Shown after the button was pressed; `undone` after its counterpart. */
  done: string;
  undone: string;
  /** The mishap happens to the event of one running cancellation, and not to all events. */
  isOfEvent: boolean;
  isOfMail?: boolean;
  isDangerous?: boolean;
  /** Whether it is switched on for everybody; absent: it happened to one event, and only the note of it says so. */
  isOn?(standing: Standing): boolean;
  /** For the plan of a lesson; absent: it is no exercise. */
  lesson?: Lesson;
  work(hands: TrainingHands, target: Target): Promise<void>;
  undo(hands: TrainingHands, target: Target): Promise<void>;
}

const PROVISIONED = 'Bereitstellung';

/** The usual mishaps, in the order of the procedure. */
export const MISHAPS: readonly Mishap[] = [
  {
    id: 'delay',
    title: 'Ö-Ticket verspätet sich',
    text: 'Jet gibt nichts mehr an Ö-Ticket weiter. Die Kontrolle in Connect Online findet den Storno nicht und meldet sich nach einer Weile. Üben Sie zu warten: es ist nichts verloren, und es geht von selbst weiter.',
    undoTitle: 'Ö-Ticket arbeitet wieder',
    done: 'Ö-Ticket bekommt jetzt nichts mehr, bis Sie es wieder arbeiten lassen.',
    undone: 'Ö-Ticket bekommt beim nächsten Abgleich, was sich geändert hat.',
    isOfEvent: false,
    isOn: ({ isPaused }) => isPaused,
    lesson: {
      minutes: 4,
      when: 'vor der zweiten Wartezeit',
      see: '„Ö-Ticket zeigt den Storno noch nicht“, nach einer Minute eine Frage',
      decide: 'Nichts: warten. Danach „Ö-Ticket arbeitet wieder“ drücken.',
    },
    work: (hands) => hands.pauseSync(true),
    undo: (hands) => hands.pauseSync(false),
  },
  {
    id: 'marker-removed',
    title: 'Eine Kollegin entfernt den Zusatz',
    text: 'In Jet steht der Titel wieder ohne Zusatz. Absage setzt dann nicht auf Storno, sondern fragt. Üben Sie zu entscheiden: den Zusatz noch einmal speichern lassen oder abbrechen.',
    undoTitle: 'Der Zusatz steht wieder da',
    done: 'Der Zusatz ist aus dem Titel entfernt.',
    undone: 'Der Titel steht so da, wie Absage ihn gespeichert hat.',
    isOfEvent: true,
    lesson: {
      minutes: 4,
      when: 'in der ersten Wartezeit',
      see: '„Der Zusatz wurde entfernt“, die Texte nebeneinander',
      decide: 'Noch einmal anbringen, wenn sie entfällt; abbrechen, wenn gespielt wird.',
    },
    async work(hands, target) {
      const { eventNumber, marker } = needed(target);
      const title = await readTitle(hands, needed(target));
      if (findMarker(title, marker) === null) {
        throw new TrainingFault(
          'Im Titel steht gerade kein Zusatz. Das lässt sich üben, sobald Absage ihn gespeichert hat.',
          409,
        );
      }
      await hands.edit(eventNumber, { title: stripMarker(title, marker) });
    },
    undo: (hands, target) => takeBack(hands, needed(target), 'title'),
  },
  {
    id: 'title-corrected',
    title: 'Eine Kollegin bessert den Titel aus',
    text: 'Ein Wort im Titel wird anders geschrieben, der Zusatz bleibt. Absage behält den neuen Titel und wartet ab diesem Speichern noch einmal. Üben Sie nachzusehen, bis wann.',
    undoTitle: 'Der alte Titel steht wieder da',
    done: 'Der Titel ist ausgebessert, ein Zusatz darin ist geblieben.',
    undone: 'Der Titel steht so da, wie Absage ihn gespeichert hat.',
    isOfEvent: true,
    lesson: {
      minutes: 3,
      when: 'in der ersten Wartezeit',
      see: 'Die Wartezeit beginnt neu, mit der Uhrzeit',
      decide: 'Nichts: ablesen, bis wann jetzt gewartet wird.',
    },
    async work(hands, target) {
      const { eventNumber, marker } = needed(target);
      const title = await readTitle(hands, needed(target));
      await hands.edit(eventNumber, { title: correctTitle(title, marker) });
    },
    undo: (hands, target) => takeBack(hands, needed(target), 'title'),
  },
  {
    id: 'provisioned',
    title: 'Eine Kollegin setzt Bereitstellung',
    text: 'Aus diesem Status kann nicht storniert werden: Absage schreibt nichts mehr und meldet sich. Üben Sie, die Meldung zu lesen und abzubrechen. Im Betrieb darf das niemand tun.',
    undoTitle: 'Der Status ist wieder wie vorher',
    done: `Der Status ist jetzt ${PROVISIONED}.`,
    undone: 'Der Status ist wieder wie vorher.',
    isOfEvent: true,
    lesson: {
      minutes: 4,
      when: 'in der ersten Wartezeit',
      see: '„Der Status wurde inzwischen in Jet geändert“',
      decide: 'Nichts reparieren: Ticketing-Team anrufen, dann abbrechen.',
    },
    work: (hands, target) => hands.edit(needed(target).eventNumber, { status: PROVISIONED }),
    undo: (hands, target) => takeBack(hands, needed(target), 'status'),
  },
  {
    id: 'jet-away',
    title: 'Jet ist nicht erreichbar',
    text: 'Jet antwortet auf alles, dass es gewartet wird, bei allen Absagen. Absage versucht es weiter und meldet sich nach einer Weile. Üben Sie, einen Schritt von Hand zu bestätigen oder abzuwarten.',
    undoTitle: 'Jet ist wieder da',
    done: 'Jet antwortet jetzt nicht mehr, bis Sie es zurückholen.',
    undone: 'Jet antwortet wieder.',
    isOfEvent: false,
    isOn: ({ isJetClosed }) => isJetClosed,
    lesson: {
      minutes: 5,
      when: 'in der ersten Wartezeit',
      see: '„Jet antwortet nicht“, der nächste Versuch mit Uhrzeit, dann eine Frage',
      decide: 'Warten, oder den Schritt in der Übungsmaske machen und bestätigen.',
    },
    work: (hands) => hands.closeJet(),
    undo: (hands) => hands.openJet(),
  },
  {
    id: 'mail-in-doubt',
    title: 'Die E-Mail bleibt im Zweifel',
    text: 'Bei der nächsten E-Mail an Ö-Ticket bricht die Verbindung ab, nachdem der Text übergeben ist. Absage schickt sie nicht von selbst noch einmal, sondern fragt. Üben Sie nachzusehen, ob sie angekommen ist, und dann zu entscheiden.',
    undoTitle: 'E-Mails kommen wieder an',
    done: 'Die nächste E-Mail an Ö-Ticket bleibt im Zweifel.',
    undone: 'Die nächste E-Mail kommt wieder an.',
    isOfEvent: false,
    isOfMail: true,
    isOn: ({ isMailArmed }) => isMailArmed,
    lesson: {
      minutes: 4,
      when: 'vor dem letzten Schritt',
      see: '„Wir wissen nicht sicher, ob die E-Mail angekommen ist“',
      decide: 'Im Postfach nachsehen (E-Mails ansehen), dann: angekommen, oder noch einmal.',
    },
    // Only the notice to Ö-Ticket begins like this; the subjects of mails to the house begin with other words.
    work: (hands, { eventNumber }) =>
      hands.dropMail(['Absage: ', ...(eventNumber === null ? [] : [`(VA-Nr. ${eventNumber})`])]),
    undo: (hands) => hands.keepMails(),
  },
];

/** Restores the events of the first day. */
export const NEW_PROGRAMME: Mishap = {
  id: 'programme',
  title: 'Neues Programm',
  text: 'Der Simulator beginnt von vorne, mit den Veranstaltungen des ersten Tages. Laufende Absagen verlieren ihre Veranstaltung und melden sich: bitte vorher abschließen oder abbrechen.',
  undoTitle: null,
  done: 'Der Simulator hat ein neues Programm.',
  undone: '',
  isOfEvent: false,
  isDangerous: true,
  work: (hands) => hands.reset(),
  undo: async () => {},
};

/** The texts of the button that undoes everything. Its work spans all mishaps and stands with the routes. */
export const ALL_NORMAL = {
  id: 'all-normal',
  title: 'Alles wieder normal',
  text: 'Lässt Ö-Ticket, Jet und die E-Mails wieder arbeiten und nimmt zurück, was Kolleginnen an laufenden Absagen geändert haben.',
  done: 'Es ist alles wieder normal.',
} as const;

/** Restores a field that a colleague changed: to what Absage wrote last, or else to the first value. */
export async function takeBack(
  hands: TrainingHands,
  { eventNumber }: Pick<TrainingEvent, 'eventNumber'>,
  field: 'title' | 'status',
): Promise<void> {
  const writes = writesOf(await hands.readLog(eventNumber), field);
  const ours = writes.findLast(({ actor }) => actor === 'gateway');
  const settled = ours ? ours.after?.[field] : writes[0]?.before?.[field];
  const current = writes.at(-1)?.after?.[field];
  // A save that changes nothing still counts as a save: Absage would begin its wait anew.
  if (typeof settled !== 'string' || settled === current) return;
  // Only Bereitstellung is taken back. A Storno that a colleague set must stay.
  if (field === 'status' && current !== PROVISIONED) return;
  await hands.edit(eventNumber, { [field]: settled });
}

async function readTitle(hands: TrainingHands, { eventNumber, title }: TrainingEvent): Promise<string> {
  const latest = writesOf(await hands.readLog(eventNumber), 'title').at(-1)?.after?.title;
  return typeof latest === 'string' ? latest : title;
}

/** The saves of a field in Jet. Transfers to Ö-Ticket are left out, because they do not change the mask. */
function writesOf(entries: readonly SimulatorEntry[], field: 'title' | 'status'): SimulatorEntry[] {
  return entries.filter(({ actor, after }) => actor !== 'sync' && after !== null && field in after);
}

/**
 * Puts one word in capitals, or the whole title in small letters if no word is left for that. The length stays the same,
 * so that the title still fits into the mask.
 */
function correctTitle(title: string, style: MarkerStyle): string {
  const composed = title.normalize('NFC');
  const text = stripMarker(composed, style);
  const rest = composed.length - text.length;
  const corrected = correct(text);
  if (rest === 0) return corrected;
  return style.position === 'suffix'
    ? corrected + composed.slice(-rest)
    : composed.slice(0, rest) + corrected;
}

function correct(text: string): string {
  const words = text.split(' ');
  const capitals = (word: string) => word.toLocaleUpperCase('de');
  const index = words.findIndex((word) => capitals(word) !== word && capitals(word).length === word.length);
  if (index === -1) return text.toLocaleLowerCase('de');
  return words.map((word, place) => (place === index ? capitals(word) : word)).join(' ');
}

function needed({ event }: Target): TrainingEvent {
  if (event) return event;
  throw new TrainingFault('Bitte wählen Sie eine laufende Absage aus.', 422);
}
