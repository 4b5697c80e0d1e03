import type { KeyObject } from 'node:crypto';

/** Keys with ids: the current one makes, every one of them is believed. */
export interface KeyRing {
  readonly current: { readonly id: string; readonly key: KeyObject };
  find(id: string): KeyObject | undefined;
}
