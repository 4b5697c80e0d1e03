import { PEERS } from './peers.ts';

/* The worker of a peer as a process of its own: `node worker.ts NAME`. Says `ready` when it takes orders. */
const peer = PEERS[process.argv[2] ?? ''];
if (!peer) throw new Error(`one of ${Object.keys(PEERS).join(', ')}`);
await peer.work();
console.log('ready');
