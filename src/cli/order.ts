import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { titleAsNamed } from '../domain/visible';
import { MASK_LABELS } from '../domain/vocabulary';
import { ask, type Common } from './command';
import type { Api, OrderBody, SeenBody } from './http';
import { writeProblem } from './terminal';

export interface OrderOptions extends Common {
  marker: string;
  reason: string;
  expectTitle?: string;
  expectStart?: string;
  seen?: string;
  rightValidUntil?: string;
  allowPastEvent?: boolean;
  yes?: boolean;
  watch: boolean;
}

/** What Ö-Ticket is told, of one performance or of many. */
export function withWords(command: Command): Command {
  return command
    .requiredOption('--marker <zusatz>', 'ENTFÄLLT oder ABGESAGT', parseMarker)
    .requiredOption('--reason <text>', 'Hinweis für Ö-Ticket – bitte keine Gesundheitsangaben zu Personen');
}

export function withOrder(command: Command): Command {
  return withWords(command)
    .option('--expect-title <titel>', 'der Titel, den Sie absagen wollen')
    .option('--expect-start <zeitpunkt>', 'der Beginn, z. B. 2026-12-12T19:30:00+01:00')
    .option('--seen <datei>', 'Haus ohne Gateway: was in der Maske steht, als JSON; sonst wird gefragt')
    .option('--right-valid-until <datum>', 'erweiterte Stornoberechtigung mindestens bis, z. B. 2027-12-31')
    .option('--allow-past-event', 'auch eine vergangene Vorstellung');
}

/** Accepts the marker without its umlaut as well, because a terminal's keyboard may have none. */
function parseMarker(text: string): string {
  const marker = text.normalize('NFC').toUpperCase().replace('AE', 'Ä');
  if (marker === 'ENTFÄLLT' || marker === 'ABGESAGT') return marker;
  if (/^(VERSCHOBEN|VERLEGT)$/.test(marker))
    throw new InvalidArgumentError(
      'Eine Verschiebung oder Verlegung ist ein anderes Verfahren: bitte das Ticketing-Team anrufen. Absage sagt nur ganz ab, mit ENTFÄLLT oder ABGESAGT.',
    );
  throw new InvalidArgumentError('Möglich sind ENTFÄLLT und ABGESAGT.');
}

/** Fills in what the caller did not state about the event from Jet; the caller then sees it in the confirmation. */
export async function completeOrder(
  api: Api,
  house: string,
  number: string,
  options: OrderOptions,
): Promise<OrderBody> {
  const { marker, reason, rightValidUntil, allowPastEvent, expectTitle, expectStart } = options;
  const order = { house, eventNumber: number, marker, reason, rightValidUntil, allowPastEvent };
  if (await isGuided(api, house)) return { ...order, seen: await readSeen(options.seen) };
  const event = expectTitle && expectStart ? null : await api.event(house, number);
  const title = expectTitle ?? event?.title ?? '';
  const startsAt = expectStart ?? event?.startsAt ?? '';
  return { ...order, expected: { title: titleAsNamed(title), startsAt } };
}

async function isGuided(api: Api, house: string): Promise<boolean> {
  const { houses } = await api.houses();
  return houses.some(({ key, backend }) => key === house && backend === 'guided');
}

async function readSeen(file: string | undefined): Promise<SeenBody> {
  return file === undefined ? askWhatIsSeen() : readJson<SeenBody>(file, readText(file));
}

export function readJson<T>(file: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`${file} kann nicht als JSON gelesen werden.`, { cause: error });
  }
}

/** Strictly, because a letter in another encoding would be read as another one. A byte order mark is let pass. */
export function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const isOther = (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw new Error(
      isOther
        ? `${file} ist nicht in UTF-8 gespeichert: bitte im Editor mit der Kodierung UTF-8 speichern.`
        : `${file} kann nicht gelesen werden.`,
      { cause: error },
    );
  }
}

/** The fields of the mask, in the mask's order. An empty answer is an empty field. */
const SEEN_FIELDS = [
  ['title', MASK_LABELS.title],
  ['customerTitle', `${MASK_LABELS.customerTitle}, leer wenn nicht verwendet`],
  ['externalMemo', `${MASK_LABELS.externalMemo}, leer wenn keiner`],
  ['status', MASK_LABELS.status],
  ['startsAt', `${MASK_LABELS.startsAt}, z. B. 2026-12-12T19:30:00+01:00`],
  ['venue', MASK_LABELS.venue],
  ['location', MASK_LABELS.location],
  ['organiser', MASK_LABELS.organiser],
] as const;

async function askWhatIsSeen(): Promise<SeenBody> {
  writeProblem('Dieses Haus arbeitet ohne Gateway. Was steht in der Maske „Veranstaltungen bearbeiten“?');
  const seen: Record<string, string> = {};
  for (const [field, label] of SEEN_FIELDS) {
    const answer = await ask(`  ${label}: `);
    if (answer === null) throw new Error('Es wurde nichts begonnen: die Angaben aus der Maske fehlen.');
    seen[field] = answer.trim();
  }
  const { customerTitle, externalMemo, ...rest } = seen as unknown as SeenBody;
  return { ...rest, customerTitle: customerTitle || null, externalMemo: externalMemo || null };
}
