import type { Block } from './block';
import { caseBlocks } from './case-blocks';
import type { ProtocolDocument } from './document';
import { journalBlocks } from './journal-blocks';
import { withNames } from './names';
import { proofBlocks } from './proof-blocks';
import { rehearsalText } from './wording';

export interface ProtocolPages {
  title: string;
  /** Stands above everything, on every page of a rehearsal's protocol; `null`: no rehearsal. */
  banner: string | null;
  /** What it is about, in a few words, for the head of each page. */
  subject: string;
  headline: string;
  /** The tone in which the headline is shown. */
  mood: 'good' | 'calm' | 'open';
  lead: string;
  blocks: Block[];
}

/**
 * The pages of a document. The same document gives the same pages. `areNamesAsWritten`: as writers of before drew them, who
 * showed the word for somebody without a name.
 */
export function toPages(written: ProtocolDocument, areNamesAsWritten = false): ProtocolPages {
  const document = areNamesAsWritten ? written : withNames(written);
  const { outcome, house, eventNumber } = document;
  const moods = { completed: 'good', open: 'open' } as const;
  return {
    title: `Protokoll der Absage ${house.key} ${eventNumber}`,
    banner: rehearsalText(document),
    subject: `${house.name} · VA-Nr. ${eventNumber}`,
    headline: outcome.headline,
    mood: moods[outcome.state as keyof typeof moods] ?? 'calm',
    lead: outcome.summary,
    blocks: [
      ...caseBlocks(document),
      ...proofBlocks(document),
      ...journalBlocks(document, areNamesAsWritten),
    ],
  };
}
