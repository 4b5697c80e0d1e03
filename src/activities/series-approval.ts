import { seriesStateOf } from '../domain/series-lines';
import type { ActivityDependencies } from './activity';
import { requireWritten } from './reading';
import { asSeriesActivity, type SeriesStep } from './series';
import { housesOf, nextApprovalLine } from './series-approval-rules';

export function createSeriesApprovalActivities({ series, trust }: ActivityDependencies) {
  /**
   * Asks each house for an approval that has to be asked, and ends what nobody has decided in time. Each line is decided on in the
   * transaction that writes it, so nobody is asked twice, whichever run asks.
   */
  const settleSeriesApprovals = asSeriesActivity(trust, async ({ seriesId }: SeriesStep): Promise<void> => {
    const state = requireWritten(
      seriesStateOf(await series.seriesLines(seriesId)),
      'the order of the series',
    );
    for (const house of housesOf(state))
      for (let isWritten = true; isWritten;) {
        const written = await series.decideOnSeries(seriesId, (lines, marks) => {
          const now = requireWritten(seriesStateOf(lines), 'the order of the series');
          return nextApprovalLine({ lines: [...lines], state: now, marks }, house);
        });
        isWritten = written !== null;
      }
  });

  return { settleSeriesApprovals };
}
