import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import { afterAll, expect, it } from 'vitest'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { dial } from '../../../src/host/net/dial.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { parseTarget } from '../../../src/kernel/target.js'
import { planCertificates } from '../../../src/scenarios/certificates.js'
import { listen } from '../listening.js'

afterAll(endAll)

/** Stops a dialling so many turns of the microtask queue after its TCP connection is there. */
async function stoppedAfter(url: string, turns: number): Promise<unknown> {
  const caller = new AbortController()
  const begun = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    socket.once('connect', async () => {
      for (let turn = 0; turn < turns; turn++) await undefined
      caller.abort('enough')
    })
  }
  subscribe('net.client.socket', begun)
  const dialling = dial({ target: parseTarget(url), tls: {}, timeoutMs: 60_000, signal: caller.signal })
  unsubscribe('net.client.socket', begun)
  return await dialling.then(
    () => 'came about',
    (error: unknown) => error,
  )
}

it.each(['ws', 'mqtts', 'wss'])(
  'ends a %s dialling at once whenever it is stopped, with nothing thrown past it',
  async (scheme) => {
    const silent = await listen(() => {})
    for (let turns = 0; turns < 60; turns++) {
      const end = await stoppedAfter(`${scheme}://127.0.0.1:${silent}`, turns)
      expect(end === 'enough' || (end instanceof Error && end.name === 'DialError'), `after ${turns}: ${end}`).toBe(
        true,
      )
    }
  },
)

it('says which names the certificate has, also where an address was dialled', async () => {
  const made = await makeCertificates(planCertificates({ san: ['broker.example'], now: new Date() }))
  const server = createServer({ cert: made.server.cert, key: made.server.key })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const tls = { ca: made.serverCa }
  const target = parseTarget(`mqtts://127.0.0.1:${port}`)
  await expect(dial({ target, tls, timeoutMs: 20_000 })).rejects.toThrow('(the certificate is for DNS:broker.example)')
  const named = await dial({ target, tls: { ...tls, servername: 'broker.example' }, timeoutMs: 20_000 })
  expect(named.tls?.wrongName).toBeUndefined()
  named.close()
  server.close()
})
