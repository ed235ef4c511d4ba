import { encode } from '../../../src/proxy-header/index.js'

/** A v2 header of a client at that address, with a certificate of that CN where one is given. */
export function encodeV2(address: string, cn?: string, verify = 0): Buffer {
  return Buffer.from(
    encode({
      version: 2,
      command: 'PROXY',
      source: { address, port: 4242 },
      destination: { address: '192.0.2.1', port: 1883 },
      ...(cn !== undefined && { ssl: { client: 7, verify, cn } }),
    }),
  )
}
