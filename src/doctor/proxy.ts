import type { Proxy } from '../settings/proxy';

/** Behind the address of a server: the proxy on the way to it, because a person would not look for it there. */
export function describeWay(proxy: Proxy | null | undefined): string {
  return proxy ? ` (über den Proxy ${proxy.address} aus ${proxy.name})` : '';
}
