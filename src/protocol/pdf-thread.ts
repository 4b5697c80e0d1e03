import Piscina from 'piscina';
import type { ProtocolDocument } from './document';
import type { SeriesProtocolDocument } from './series-document';

/** Drawing takes 0.2 s: whoever is the last to wait gets their PDF within some seconds. */
const MOST_WAITING = 16;
/** A document that takes longer than this, its wait included, is given up together with its thread. */
const PATIENCE_MS = 60_000;
/** The thread is given back after a while without work. */
const IDLE_MS = 60_000;
/** All PDFs that are kept, in bytes. One has some 100 KB. */
const MOST_KEPT_BYTES = 16 * 1024 * 1024;

/** Draws the Protokoll of a case, or of a series, as PDF. */
export type DrawPdf = (document: ProtocolDocument | SeriesProtocolDocument) => Promise<Buffer>;

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
 * once.
 *
 * @example const pdf = new PdfThread(); await pdf.draw(document);
 */
export class PdfThread {
  private readonly thread: Piscina<ProtocolDocument | SeriesProtocolDocument, Uint8Array>;
  private readonly mostKeptBytes: number;
  private readonly mostWaiting: number;
  /** The one that was asked for longest ago comes first. */
  private readonly kept = new Map<string, Buffer>();
  private readonly drawing = new Map<string, Promise<Buffer>>();

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
  readonly draw: DrawPdf = async (document) => {
    const key = keyOf(document);
    const known = this.kept.get(key);
    if (known) {
      this.keep(key, known);
      return known;
    }
    return this.drawing.get(key) ?? this.begin(key, document);
  };

  close(): Promise<void> {
    return this.thread.destroy();
  }

  private begin(key: string, document: Parameters<DrawPdf>[0]): Promise<Buffer> {
    // Counted here: the library does not count what waits with a signal.
    if (this.drawing.size > this.mostWaiting) throw new PdfBusy();
    const drawing = this.run(document)
      .then((pdf) => {
        this.keep(key, pdf);
        return pdf;
      })
      .finally(() => this.drawing.delete(key));
    this.drawing.set(key, drawing);
    return drawing;
  }

  private async run(document: Parameters<DrawPdf>[0]): Promise<Buffer> {
    try {
      const bytes = await this.thread.run(document, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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

/** The digest covers the document but for its signature, and every signature of a key is the same. */
function keyOf({ sha256, signature }: Parameters<DrawPdf>[0]): string {
  return `${sha256} ${signature}`;
}
