/** What a process shows of itself: the name, its kind, its labels, and what its number means. */
interface MetricRow {
  kind: 'counter' | 'gauge' | 'histogram';
  labels: readonly string[];
  help: string;
  /** Upper bounds of a histogram's buckets, in seconds. */
  buckets?: readonly number[];
}

/** From an answer of this machine to one that a time limit ends. */
const CALL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Every metric of Absage. No label holds a title, the name of a house or of a person, and each has a value out of a short
 * list: a route as it was registered, a code of the failure table.
 */
export const METRICS = {
  absage_cases: {
    kind: 'gauge',
    labels: ['state'],
    help: 'Cases that have not ended, by state. Every server shows the same.',
  },
  absage_attention: {
    kind: 'gauge',
    labels: ['code'],
    help: 'Cases that ask for a person, by the code of the failure table. Every server shows the same.',
  },
  absage_case_overhead_seconds: {
    kind: 'histogram',
    labels: [],
    help: 'From the order to the end of a completed case, without its two intervals.',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200],
  },
  absage_wait_late_seconds: {
    kind: 'histogram',
    labels: [],
    help: 'How long after its end a wait for Ö-Ticket was noticed as over.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
  },
  absage_verification_seconds: {
    kind: 'histogram',
    labels: [],
    help: 'From the end of the second wait until Connect Online was seen to show the Storno.',
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 7_200],
  },
  absage_jet_request_seconds: {
    kind: 'histogram',
    labels: ['operation', 'outcome'],
    help: 'Calls of the gateway. outcome: ok, a code of the failure table, or defect.',
    buckets: CALL_BUCKETS,
  },
  absage_mail_total: {
    kind: 'counter',
    labels: ['outcome'],
    help: 'Mails by recipient: accepted, not-sent, refused or in-doubt.',
  },
  absage_journal_write_seconds: {
    kind: 'histogram',
    labels: [],
    help: 'Writes of the journal, those that failed too.',
    buckets: CALL_BUCKETS,
  },
  absage_http_request_seconds: {
    kind: 'histogram',
    labels: ['route', 'status'],
    help: 'Answers of API and console, without streams. route: as it was registered, never what was asked for.',
    buckets: CALL_BUCKETS,
  },
  absage_log_in_total: {
    kind: 'counter',
    labels: ['outcome'],
    help: 'Log-ins of people, and tokens that were refused: ok, refused, or slowed after too many failures.',
  },
  absage_queue_pollers: {
    kind: 'gauge',
    labels: ['queue'],
    help: 'Workers that ask for what begins now, by task queue. 0: cases stand still.',
  },
  absage_disk_free_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'What may still be written in the data folder.',
  },
  absage_reconciler_last_run_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'How long ago the hourly search for interrupted cases last came to its end.',
  },
  absage_certificate_expires_seconds: {
    kind: 'gauge',
    labels: ['peer'],
    help: 'How long the certificate still holds that a peer showed: console, database, jet, log-in, mail or temporal.',
  },
  absage_writes_on: {
    kind: 'gauge',
    labels: [],
    help: '1: Absage may write to Jet and to Ö-Ticket. 0: that is switched off.',
  },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof METRICS;
/** The metrics of one kind. */
export type NameOf<K extends MetricRow['kind']> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never;
}[MetricName];
/** The labels that a sample of a metric has. */
export type LabelsOf<N extends MetricName> = Record<(typeof METRICS)[N]['labels'][number], string>;
