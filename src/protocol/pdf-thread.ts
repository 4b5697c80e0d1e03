import Piscina from 'piscina';
import { digest } from '../digest';
import type { ContactState } from '../domain/contact';
import type { JournalEntry } from '../domain/journal';
import type { ProtocolHouse } from './document';

/** Drawing takes 0.2 s: whoever is the last to wait gets their PDF within some seconds. */
const MOST_WAITING = 16;
/** A document that takes longer than this, its wait included, is given up together with its thread. */
const PATIENCE_MS = 60_000;
/** The thread is given back after a while without work. */
const IDLE_MS = 60_000;
/** All PDFs that are kept, in bytes. One has some 100 KB. */
const MOST_KEPT_BYTES = 16 * 1024 * 1024;

/** Everything that a Protokoll is made of. */
export interface ProtocolSource {
  entries: readonly JournalEntry[];
  house: ProtocolHouse;
  isRehearsal: boolean;
  contact: ContactState;
}

/** Draws the Protokoll of a case as PDF; `null`: no line says yet what was ordered. */
export type DrawPdf = (source: ProtocolSource) => Promise<Buffer | null>;

/** Too many documents wait to be drawn already, or one took too long. */
export class PdfBusy extends Error {
  override readonly name = 'PdfBusy';
}

interface PdfThreadOptions {
  mostWaiting?: number;
  mostKeptBytes?: number;
  /** How Node has to be told to run this source, where it was not compiled. */
  execArgv?: string[];
}

/**
 * Makes PDFs in a thread of its own, one after the other, so that the server answers meanwhile. The same Protokoll is made
 * once: the hash of its last line stands for all lines before it.
 *
 * @example const pdf = new PdfThread(); await pdf.draw({ entries, house, isRehearsal });
 */
export class PdfThread {
  private readonly thread: Piscina<ProtocolSource, Uint8Array | null>;
  private readonly mostKeptBytes: number;
  private readonly mostWaiting: number;
  /** The one that was asked for longest ago comes first. */
  private readonly kept = new Map<string, Buffer>();
  private readonly drawing = new Map<string, Promise<Buffer | null>>();

  constructor({
    mostWaiting = MOST_WAITING,
    mostKeptBytes = MOST_KEPT_BYTES,
    execArgv,
  }: PdfThreadOptions = {}) {
    this.mostKeptBytes = mostKeptBytes;
    this.mostWaiting = mostWaiting;
    this.thread = new Piscina({
      filename: require.resolve('./pdf-worker'),
      name: 'draw',
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      ...(execArgv && { execArgv }),
    });
  }

  /** Throws `PdfBusy` instead of letting too many wait. */
  readonly draw: DrawPdf = async (source) => {
    const key = keyOf(source);
    const known = this.kept.get(key);
    if (known) {
      this.keep(key, known);
      return known;
    }
    return this.drawing.get(key) ?? this.begin(key, source);
  };

  close(): Promise<void> {
    return this.thread.destroy();
  }

  private begin(key: string, source: ProtocolSource): Promise<Buffer | null> {
    // Counted here: the library does not count what waits with a signal.
    if (this.drawing.size > this.mostWaiting) throw new PdfBusy();
    const drawing = this.run(source)
      .then((pdf) => {
        if (pdf) this.keep(key, pdf);
        return pdf;
      })
      .finally(() => this.drawing.delete(key));
    this.drawing.set(key, drawing);
    return drawing;
  }

  private async run(source: ProtocolSource): Promise<Buffer | null> {
    try {
      const bytes = await this.thread.run(source, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      throw (error as Error).name === 'AbortError' ? new PdfBusy() : error;
    }
  }

  private keep(key: string, pdf: Buffer): void {
    this.kept.delete(key);
    this.kept.set(key, pdf);
    let bytes = [...this.kept.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const [oldest, { byteLength }] of this.kept) {
      if (bytes <= this.mostKeptBytes) return;
      this.kept.delete(oldest);
      bytes -= byteLength;
    }
  }
}

function keyOf({ entries, ...surroundings }: ProtocolSource): string {
  return digest([entries.at(-1)?.hash ?? null, surroundings]);
}
