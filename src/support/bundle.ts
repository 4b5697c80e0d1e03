import { zipSync } from 'fflate';
import type { Concealed, Concealer } from './conceal';

/** One file of the bundle, as far as it could be read. */
export interface Part {
  name: string;
  /** Rejects where it cannot be read; the bundle then says why, and holds the others. */
  read(): Promise<unknown>;
}

export interface Bundle {
  bytes: Uint8Array;
  /** Parts that are missing, each with its reason. */
  missing: string[];
}

const ALWAYS_LEFT_OUT = [
  'Passwörter, Token und Schlüssel; Dateien von Einstellungen',
  'E-Mail-Adressen, Telefonnummern, IP-Adressen anderer Rechner und die Kontaktperson des Auftrags',
  'Zeilen des Protokolls der Sicherheit (wer sich von wo angemeldet hat)',
  'andere Absagen',
];

const STAYS = [
  'Wer in der Absage gehandelt hat, steht darin, mit dem Namen, den das Logbuch hat, und die Texte, die jemand eingegeben hat. Bitte lesen Sie sie',
  'durch, bevor Sie die Datei weitergeben. Weil etwas herausgenommen wurde, lässt sich die Kette des Logbuchs daraus nicht prüfen:',
  'dafür gibt es das Protokoll.',
];

/** Reads each part, takes out what nobody else needs, and packs them. */
export async function pack(
  parts: readonly Part[],
  conceal: Concealer,
  concealed: Concealed,
): Promise<Bundle> {
  const missing: string[] = [];
  const files: Record<string, Uint8Array> = {};
  for (const { name, read } of parts) {
    try {
      const content = await read();
      const text = typeof content === 'string' ? conceal.text(content) : toJson(conceal.value(content));
      files[name] = Buffer.from(text);
    } catch (error) {
      missing.push(conceal.text(`${name}: ${(error as Error).message}`));
    }
  }
  files['left-out.txt'] = Buffer.from(describe(missing, concealed));
  return { bytes: zipSync(files), missing };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function describe(missing: readonly string[], concealed: Concealed): string {
  const list = (entries: readonly string[]) => entries.map((entry) => `  - ${entry}`);
  const counts = [...concealed].map(([word, count]) => `${word}: ${count} Mal`);
  return [
    'Nicht in dieser Datei:',
    ...list(ALWAYS_LEFT_OUT),
    '',
    ...STAYS,
    '',
    counts.length > 0
      ? 'Herausgenommen, und an seiner Stelle steht dieses Wort:'
      : 'Es war nichts herauszunehmen.',
    ...list(counts),
    '',
    missing.length > 0 ? 'Konnte nicht gelesen werden:' : 'Alles konnte gelesen werden.',
    ...list(missing),
    '',
  ].join('\n');
}
