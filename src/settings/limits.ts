import { wholeNumber } from './values';

const MOST = 1_000_000;

/** How much one identity may ask for in a minute, and how many checks of one house are open at once. */
export interface LimitSettings {
  orders: number;
  plans: number;
  searches: number;
  pdfs: number;
  checks: number;
}

export const LIMIT_VARIABLES = {
  ABSAGE_LIMIT_ORDERS: wholeNumber(1, MOST).default(120),
  ABSAGE_LIMIT_PLANS: wholeNumber(1, MOST).default(240),
  ABSAGE_LIMIT_SEARCHES: wholeNumber(1, MOST).default(600),
  ABSAGE_LIMIT_PDFS: wholeNumber(1, MOST).default(60),
  ABSAGE_LIMIT_CHECKS: wholeNumber(1, MOST).default(20),
};

type Given = Record<keyof typeof LIMIT_VARIABLES, number>;

export function limitsOf(given: Given): LimitSettings {
  return {
    orders: given.ABSAGE_LIMIT_ORDERS,
    plans: given.ABSAGE_LIMIT_PLANS,
    searches: given.ABSAGE_LIMIT_SEARCHES,
    pdfs: given.ABSAGE_LIMIT_PDFS,
    checks: given.ABSAGE_LIMIT_CHECKS,
  };
}
