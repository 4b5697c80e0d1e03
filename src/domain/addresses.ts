/* The one place that makes the addresses of a case, for API, pages and mails. */

export interface CaseAddress {
  house: string;
  eventNumber: string;
  /** Without one the address means the newest case of the event. */
  caseId?: string | null;
}

/** Of the API. */
export function caseResource({ house, eventNumber, caseId }: CaseAddress): string {
  return caseId ? `/v1/cases/${caseId}` : `/v1/cancellations/${house}/${eventNumber}`;
}

/** Of the page. */
export function casePage({ house, eventNumber, caseId }: CaseAddress): string {
  return ['/absagen', house, eventNumber, ...(caseId ? [caseId] : [])].join('/');
}

/** Of the API. */
export function seriesResource(seriesId: string): string {
  return `/v1/series/${seriesId}`;
}

/** Of the page. */
export function seriesPage(seriesId: string): string {
  return `/serien/${seriesId}`;
}

/** Of the page on which a house's approval is decided. */
export function seriesApprovalPage(seriesId: string, house: string): string {
  return `${seriesPage(seriesId)}/freigabe/${house}`;
}
