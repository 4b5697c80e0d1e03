import { renderProtocolPdf } from './pdf';

/** What runs in the thread of `pdf-thread.ts`. */
export const draw = renderProtocolPdf;
