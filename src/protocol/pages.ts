import type { ProtocolPages } from './protocol-pages';
import { caseBlocks } from './case-blocks';
import type { ProtocolDocument } from './document';
import { journalBlocks } from './journal-blocks';
import { withNames } from './names';
import { proofBlocks } from './proof-blocks';
import { toSeriesPages } from './series-blocks';
import type { SeriesProtocolDocument } from './series-document';
import { rehearsalText } from './wording';

/**
 * The pages of a document. The same document gives the same pages. `areNamesAsWritten`: as writers of before drew them, who
 * showed the word for somebody without a name.
 */
export function toPages(
  written: ProtocolDocument | SeriesProtocolDocument,
  areNamesAsWritten = false,
): ProtocolPages {
  if ('seriesId' in written) return toSeriesPages(written);
  const document = areNamesAsWritten ? written : withNames(written);
  const { outcome, house, eventNumber } = document;
  const moods = { completed: 'good', open: 'open' } as const;
  const title = `Protokoll der Absage ${house.key} ${eventNumber}`;
  return {
    title,
    heading: document.event ? `${title}: ${document.event.title}` : title,
    language: document.language,
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
