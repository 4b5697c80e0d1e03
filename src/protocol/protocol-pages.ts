import type { Block } from './block';

export interface ProtocolPages {
  title: string;
  /** The title with what the document is about: whoever has several of them open looks for the play, not for a number. */
  heading: string;
  language: string;
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
