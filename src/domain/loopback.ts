/** As Node reads an address: four numbers up to 255, none of them with a leading zero. */
const LOOPBACK_IPV4 = /^127(\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/;

/** Whether a host name or address, with or without the brackets of a URL, is this very machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || LOOPBACK_IPV4.test(bare);
}
